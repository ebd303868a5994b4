"""What else goes on at a tenant: callbacks are made, money is collected, the AI agent learns."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import uuid4

from domain.models import Callback, Payment, User
from domain.services import ai_agents, callbacks, customers, payments
from domain.simulation.agenda import Stage
from domain.simulation.company import Tenant, person_name, phone_number

# Mean seconds between two of a kind, at one tenant.
CALLBACK_ROUND_S: Final = 25.0
CHARGE_S: Final = 90.0
NEW_CUSTOMER_S: Final = 120.0
LESSON_S: Final = 180.0

FAILED_CHARGE_SHARE: Final = 0.12
CHARGE_TAKES_S: Final = 4.0
RETRY_AFTER_S: Final = 240.0
CALLBACK_TAKES_S: Final = (60.0, 300.0)


class Errands:
    """The errands of one tenant. What lies ready for the visitor is left alone, and made anew.

    ``visitor`` is the agent whom the visitor plays, if this tenant has them; ``visited`` says that the
    visitor plays the tenant itself.
    """

    def __init__(self, tenant: Tenant, visitor: User | None, visited: bool, stage: Stage) -> None:
        self._tenant = tenant
        self._visitor = visitor
        self._visited = visited
        self._agenda, self._wait, self._random = stage.agenda, stage.after, stage.random

    def resume(self, now: datetime) -> None:
        """Enter the first errand of each kind, and finish what a former run left half-done."""
        for callback in self._callbacks(Callback.Status.IN_PROGRESS):
            if self._visitor is None or callback.assigned_agent_id != self._visitor.pk:
                self._agenda.enter(now, partial(self._complete_callback, callback))
        for payment in Payment.objects.filter(user=self._tenant.user, status=Payment.Status.PENDING):
            self._agenda.enter(now, partial(self._settle, payment))
        self._agenda.enter(now, self._make_callbacks)
        self._again(now, CHARGE_S, self._charge)
        self._again(now, NEW_CUSTOMER_S, self._meet_customer)
        self._again(now, LESSON_S, self._teach)

    def _again(self, now: datetime, mean_s: float, action: Callable[[datetime], None]) -> None:
        self._agenda.enter(self._wait(now, self._random.expovariate(1 / mean_s)), action)

    # Callbacks.

    def _callbacks(self, status: str) -> list[Callback]:
        return list(Callback.objects.filter(owner=self._tenant.user, status=status).order_by("due_at", "pk"))

    def _make_callbacks(self, now: datetime) -> None:
        """Start one that is due; the visitor is left theirs, or the one that is due longest."""
        self._again(now, CALLBACK_ROUND_S, self._make_callbacks)
        scheduled = self._callbacks(Callback.Status.SCHEDULED)
        due = [callback for callback in scheduled if callback.due_at <= now]
        if self._visitor is not None:
            mine = self._visitor.pk
            if not any(callback.assigned_agent_id == mine for callback in scheduled):
                self._promise(now, self._visitor, timedelta(minutes=1))
            due = [callback for callback in due if callback.assigned_agent_id != mine]
        if self._visited and due:
            due = due[1:]
        if due:
            callbacks.start_callback(callback=due[0], at=now)
            takes = self._random.uniform(*CALLBACK_TAKES_S)
            self._agenda.enter(self._wait(now, takes), partial(self._complete_callback, due[0]))

    def _promise(self, now: datetime, agent: User, in_: timedelta) -> None:
        callbacks.schedule_callback(
            owner=self._tenant.user,
            customer=self._random.choice(self._tenant.customers),
            due_at=now + in_,
            assigned_agent=agent,
            priority=2,
            reason="Asked for you by name",
            at=now,
        )

    def _complete_callback(self, callback: Callback, now: datetime) -> None:
        callbacks.complete_callback(callback=callback, at=now)

    # Money.

    def _charge(self, now: datetime) -> None:
        self._again(now, CHARGE_S, self._charge)
        payment = payments.create_payment(
            user=self._tenant.user,
            subscription=self._tenant.subscription,
            invoice_id=f"INV-{uuid4().hex[:12]}",
            amount=Decimal(self._random.randrange(20, 260)),
            description="Call minutes",
            at=now,
        )
        self._agenda.enter(self._wait(now, CHARGE_TAKES_S), partial(self._settle, payment))

    def _settle(self, payment: Payment, now: datetime) -> None:
        if self._random.random() < FAILED_CHARGE_SHARE:
            payments.mark_failed(payment=payment, at=now)
            self._again(now, RETRY_AFTER_S, partial(self._collect, payment))
        else:
            payments.mark_paid(payment=payment, at=now)

    def _collect(self, payment: Payment, now: datetime) -> None:
        """Another attempt, unless it is the only failed payment: that one is left for the admin."""
        failed = Payment.objects.filter(status=Payment.Status.FAILED).count()
        if failed > 1:
            payments.mark_paid(payment=payment, at=now)
        else:
            self._again(now, RETRY_AFTER_S, partial(self._collect, payment))

    # People.

    def _meet_customer(self, now: datetime) -> None:
        self._again(now, NEW_CUSTOMER_S, self._meet_customer)
        customer = customers.known_customer(
            owner=self._tenant.user,
            phone=phone_number(self._random),
            name=" ".join(person_name(self._random)),
            at=now,
        )
        self._tenant.customers.append(customer)

    def _teach(self, now: datetime) -> None:
        """The AI agent gets a little better, up to 95 %."""
        self._again(now, LESSON_S, self._teach)
        pupil = self._tenant.ai_agent
        pupil.refresh_from_db()
        if pupil.training_level < 95:
            ai_agents.change_ai_agent(ai_agent=pupil, training_level=pupil.training_level + 1)
