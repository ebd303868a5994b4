"""Simulated calls: people call in and are served by simulated agents, AI agents call out."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from domain.models import AgentState, Call, Customer, QueueEntry, User
from domain.services import agents, callbacks, calls, customers, queue
from domain.simulation import shapes
from domain.simulation.agenda import Stage
from domain.simulation.company import Tenant
from domain.simulation.day import (
    CALLBACK_INSTEAD_SHARE,
    PATIENCE_MEAN_S,
    PICK_UP_S,
    WRAP_UP_S,
    outbound_call,
)
from domain.simulation.history import RATED_SHARE, inbound_peak, outbound_peak

# A call rings this long at an agent whom the visitor plays; then somebody else gets it.
RING_AT_VISITOR_S: Final = 45.0
REST_OF_VISITOR_S: Final = 20.0
LOOK_FOR_ORDERED_S: Final = 2.0  # people wait longer for the first ring
_INTEREST: Final = {
    Call.Outcome.CONVERTED: Customer.Interest.CONVERTED,
    Call.Outcome.INTERESTED: Customer.Interest.HOT,
    Call.Outcome.CALLBACK_REQUESTED: Customer.Interest.WARM,
}


class Calls:
    """The calls of one tenant, played through the services; ``visitor`` is played by a person."""

    def __init__(self, tenant: Tenant, visitor: User | None, stage: Stage) -> None:
        self._tenant = tenant
        self._visitor = visitor
        self._agenda, self._wait, self._random = stage.agenda, stage.after, stage.random
        self._agents = {agent.pk: agent for agent in tenant.agents}

    def resume(self, now: datetime) -> None:
        """Take over whatever is going on in the database, and let new calls come."""
        for call in Call.objects.filter(owner=self._tenant.user, ended_at=None).select_related("queue_entry"):
            if call.answered_at is not None:
                self._plan_end(call, call.answered_at, now)
            elif call.direction == Call.Direction.OUTBOUND:
                self._agenda.enter(now, partial(self._miss, call, Call.Status.NO_ANSWER))
            else:
                if call.status == Call.Status.RINGING:
                    queue.return_call(call=call)
                self._plan_patience(call, now)
        for agent in self._tenant.agents:
            state = agents.current_state(agent)
            if state == AgentState.State.OFFLINE:
                agents.change_state(agent=agent, state=AgentState.State.AVAILABLE, at=now)
            elif state == AgentState.State.WRAP_UP:
                self._plan_availability(agent, now)
        self._agenda.enter(now, self._arrive)
        self._agenda.enter(now, self._place)
        self._agenda.enter(now, self._pick_up_ordered)
        if self._visitor is not None:
            if agents.current_state(self._visitor) == AgentState.State.OFFLINE:
                agents.change_state(agent=self._visitor, state=AgentState.State.AVAILABLE, at=now)
            self._agenda.enter(now, self._ring_at_visitor)

    # Inbound.

    def _arrive(self, now: datetime) -> None:
        rate = inbound_peak(len(self._agents)) / 1800
        # A gamma-mixed rate: callers come in waves, as measured.
        wave = self._random.gammavariate(2, 0.5)
        self._agenda.enter(self._wait(now, self._random.expovariate(rate * max(wave, 0.2))), self._arrive)
        self._receive(now)
        self._dispatch(now)

    def _receive(self, now: datetime) -> Call:
        customer = self._random.choice(self._tenant.customers)
        call = queue.receive_call(
            owner=self._tenant.user,
            phone_number=customer.phone,
            customer=customer,
            provider=Call.Provider.TWILIO,
            priority=self._random.choices((1, 2, 3, 4, 5), (3, 12, 70, 10, 5))[0],
            at=now,
        )
        self._plan_patience(call, now)
        return call

    def _plan_patience(self, call: Call, now: datetime) -> None:
        patience = 5 + self._random.expovariate(1 / PATIENCE_MEAN_S)
        self._agenda.enter(self._wait(now, patience), partial(self._give_up, call))

    def _waiting(self) -> list[Call]:
        entries = QueueEntry.objects.filter(
            call__owner=self._tenant.user, status=QueueEntry.Status.WAITING, left_at=None
        ).select_related("call")
        return [entry.call for entry in entries.order_by("priority", "queued_at", "pk")]

    def _dispatch(self, now: datetime) -> None:
        """Offer the waiting calls to the simulated agents who have been free the longest."""
        free = AgentState.objects.filter(
            agent__in=self._agents, until=None, state=AgentState.State.AVAILABLE
        ).order_by("since", "pk")
        ringing = set(
            QueueEntry.objects.filter(
                assigned_agent__in=self._agents, status=QueueEntry.Status.ASSIGNED, left_at=None
            ).values_list("assigned_agent_id", flat=True)
        )
        idle = [self._agents[state.agent_id] for state in free if state.agent_id not in ringing]
        for call, agent in zip(self._waiting(), idle, strict=False):
            queue.offer_call(call=call, agent=agent)
            pick_up = self._wait(now, self._random.uniform(*PICK_UP_S))
            self._agenda.enter(pick_up, partial(self._answer, call, agent))

    def _answer(self, call: Call, agent: User, now: datetime) -> None:
        calls.answer_call(call=call, agent=agent, at=now)
        self._plan_end(call, now, now)

    def _plan_end(self, call: Call, answered: datetime, now: datetime) -> None:
        if self._visitor is not None and call.agent_id == self._visitor.pk:
            return  # the visitor ends it
        service = shapes.draw(shapes.INBOUND_SERVICE, self._random)
        end = max(self._wait(answered, service), now)
        self._agenda.enter(end, partial(self._end, call, shapes.draw_outcome(self._random)))

    def _end(self, call: Call, outcome: str, now: datetime) -> None:
        rated = self._random.random() < RATED_SHARE
        ended = calls.end_call(
            call=call,
            outcome=outcome,
            satisfaction=self._random.choices((1, 2, 3, 4, 5), (3, 5, 14, 38, 40))[0] if rated else None,
            at=now,
        )
        if ended.agent is not None:
            self._plan_availability(ended.agent, now)
        self._follow_up(ended, now)

    def _follow_up(self, call: Call, now: datetime) -> None:
        if call.customer is None:
            return
        if interest := _INTEREST.get(Call.Outcome(call.outcome)):
            customers.change_customer(customer=call.customer, interest=interest)
        if call.outcome == Call.Outcome.CALLBACK_REQUESTED:
            due = now + timedelta(minutes=self._random.uniform(5, 240))
            assignee = self._random.choice(self._tenant.agents)
            callbacks.schedule_callback(
                owner=self._tenant.user,
                customer=call.customer,
                due_at=due,
                assigned_agent=assignee,
                reason="Asked for a call back",
                at=now,
            )

    def _plan_availability(self, agent: User, now: datetime) -> None:
        ready = self._wait(now, self._random.uniform(*WRAP_UP_S))
        self._agenda.enter(ready, partial(self._be_available, agent))

    def _be_available(self, agent: User, now: datetime) -> None:
        agents.change_state(agent=agent, state=AgentState.State.AVAILABLE, at=now)
        self._dispatch(now)

    def _give_up(self, call: Call, now: datetime) -> None:
        if self._random.random() < CALLBACK_INSTEAD_SHARE:
            due = now + timedelta(minutes=self._random.uniform(20, 120))
            queue.request_callback(call=call, due_at=due, reason="Did not want to wait", at=now)
        else:
            calls.abandon_call(call=call, at=now)

    # The agent whom the visitor plays.

    def _ring_at_visitor(self, now: datetime) -> None:
        """A call for the visitor, whenever they are available; if nobody is waiting, somebody calls."""
        self._agenda.enter(self._wait(now, REST_OF_VISITOR_S), self._ring_at_visitor)
        assert self._visitor is not None
        if agents.current_state(self._visitor) != AgentState.State.AVAILABLE:
            return
        if QueueEntry.objects.filter(assigned_agent=self._visitor, left_at=None).exists():
            return
        waiting = self._waiting()
        call = waiting[0] if waiting else self._receive(now)
        queue.offer_call(call=call, agent=self._visitor)
        self._agenda.enter(self._wait(now, RING_AT_VISITOR_S), partial(self._take_back, call))

    def _take_back(self, call: Call, now: datetime) -> None:
        queue.return_call(call=call)
        self._dispatch(now)

    # Outbound.

    def _place(self, now: datetime) -> None:
        gap = self._random.expovariate(outbound_peak(len(self._agents)) / 1800)
        self._agenda.enter(self._wait(now, gap), self._place)
        call = calls.place_call(
            owner=self._tenant.user,
            customer=self._random.choice(self._tenant.customers),
            ai_agent=self._tenant.ai_agent,
            provider=Call.Provider.VAPI,
            at=now,
        )
        self._play(call, now)

    def _pick_up_ordered(self, now: datetime) -> None:
        """Play the calls that somebody ordered (``simulation.gateways``): nobody else leaves one queued."""
        self._agenda.enter(self._wait(now, LOOK_FOR_ORDERED_S), self._pick_up_ordered)
        ordered = Call.objects.filter(
            owner=self._tenant.user,
            direction=Call.Direction.OUTBOUND,
            status=Call.Status.QUEUED,
            ended_at=None,
        )
        for call in ordered:
            self._play(call, now)

    def _play(self, call: Call, now: datetime) -> None:
        calls.ring_call(call=call)
        plan = outbound_call(now, self._random)
        if plan.answered_at is None:
            seconds = (plan.ended_at - now).total_seconds()
            self._agenda.enter(self._wait(now, seconds), partial(self._miss, call, plan.status))
            return
        answered = self._wait(now, (plan.answered_at - now).total_seconds())
        talk = (plan.ended_at - plan.answered_at).total_seconds()
        self._agenda.enter(answered, partial(self._connect, call))
        self._agenda.enter(self._wait(answered, talk), partial(self._end, call, plan.outcome))

    def _connect(self, call: Call, now: datetime) -> None:
        calls.answer_call(call=call, at=now)

    def _miss(self, call: Call, status: str, now: datetime) -> None:
        calls.miss_call(call=call, status=status, at=now)
