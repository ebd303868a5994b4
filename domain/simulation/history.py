"""A believable past for the demo company, written in bulk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from random import Random
from typing import Final

from domain.models import AgentState, Call, Callback, Payment, QueueEntry, User
from domain.simulation.company import Company, Tenant
from domain.simulation.day import InboundCall, OutboundCall, inbound_day, outbound_day

DAYS: Final = 32  # a calendar month to date, and the two weeks that trends compare
GROWTH_DAYS: Final = 50  # a young company: its days had been growing for so long when the demo begins
OFFERED_LOAD: Final = 0.85  # of the agents' time in a busiest half hour: waits come out about as measured
# Attempts of an AI agent in a busiest half hour, for each person who answers at its tenant.
OUTBOUND_PER_AGENT: Final = 1.8
RATED_SHARE: Final = 0.3  # of the answered calls, those that the caller rates
_BATCH: Final = 2_000


@dataclass(slots=True)
class Past:
    """What was written, for the report of the command."""

    calls: int = 0
    callbacks: int = 0
    payments: int = 0


def inbound_peak(agents: int) -> float:
    """Arrivals in a busiest half hour that load ``agents`` to OFFERED_LOAD (service and wrap-up 418 s)."""
    return agents * OFFERED_LOAD * 1800 / 418


def outbound_peak(agents: int) -> float:
    """Attempts in a busiest half hour of a tenant with ``agents`` people."""
    return agents * OUTBOUND_PER_AGENT


def write_history(
    company: Company, now: datetime, random: Random, *, days: int = DAYS, progress: Callable[[int], None]
) -> Past:
    """Write ``days`` local days up to ``now`` for every tenant; ``progress`` is told the days done."""
    past = Past()
    for tenant in company.tenants:
        for ago in range(days, -1, -1):
            _write_day(tenant, company.crew(tenant), ago, now, random, past)
            progress(1)
        past.payments += _write_payments(tenant, now, days, random)
    return past


def _write_day(tenant: Tenant, crew: list[User], ago: int, now: datetime, random: Random, past: Past) -> None:
    day = now.astimezone(tenant.zone).date() - timedelta(days=ago)
    agents = len(crew)
    grown = max(1 - ago / GROWTH_DAYS, 0.2)
    visits = inbound_day(day, tenant.zone, agents=agents, peak=inbound_peak(agents) * grown, random=random)
    attempts = outbound_day(day, tenant.zone, peak=outbound_peak(agents) * grown, random=random)
    # Those beyond the tenant's own agents are the visitor, who comes to a desk without a call.
    visitors = range(len(tenant.agents), agents)
    visits = [
        visit
        for visit in visits
        if visit.queued_at <= now and (visit.agent not in visitors or visit.ended_at <= now)
    ]
    attempts = [attempt for attempt in attempts if attempt.started_at <= now]
    inbound = Call.objects.bulk_create(
        [_inbound_row(tenant, crew, visit, now, random) for visit in visits], batch_size=_BATCH
    )
    Call.objects.bulk_create(
        [_outbound_row(tenant, attempt, now, random) for attempt in attempts], batch_size=_BATCH
    )
    QueueEntry.objects.bulk_create(
        [_entry_row(call, visit) for call, visit in zip(inbound, visits, strict=True)],
        batch_size=_BATCH,
    )
    callbacks = Callback.objects.bulk_create(
        [
            _callback_row(tenant, call, now, random)
            for call, visit in zip(inbound, visits, strict=True)
            if call.ended_at and (visit.asked_callback or visit.outcome == Call.Outcome.CALLBACK_REQUESTED)
        ],
        batch_size=_BATCH,
    )
    if ago == 0:
        _write_states(crew, visits, day_start=datetime.combine(day, time(7), tenant.zone), now=now)
    past.calls += len(visits) + len(attempts)
    past.callbacks += len(callbacks)


def _inbound_row(tenant: Tenant, crew: list[User], visit: InboundCall, now: datetime, random: Random) -> Call:
    customer = random.choice(tenant.customers)
    call = Call(
        owner=tenant.user,
        customer=customer,
        phone_number=customer.phone,
        direction=Call.Direction.INBOUND,
        provider=Call.Provider.TWILIO,
        queued_at=visit.queued_at,
        started_at=visit.queued_at,
        created_at=visit.queued_at,
    )
    answered_at = visit.answered_at
    if answered_at is not None and visit.agent is not None and answered_at <= now:
        call.agent = crew[visit.agent]
        call.answered_at = answered_at
        call.status = Call.Status.IN_PROGRESS
        if visit.ended_at <= now:
            _complete(call, visit.outcome, answered_at, visit.ended_at, random)
            call.acw_s = visit.wrap_up_s
    elif answered_at is None and visit.ended_at <= now:
        call.status = Call.Status.CANCELED
        call.ended_at = visit.ended_at
        reason = Call.EndedReason.CALLBACK if visit.asked_callback else Call.EndedReason.ABANDONED
        call.ended_reason = reason
    return call


def _outbound_row(tenant: Tenant, attempt: OutboundCall, now: datetime, random: Random) -> Call:
    customer = random.choice(tenant.customers)
    call = Call(
        owner=tenant.user,
        ai_agent=tenant.ai_agent,
        customer=customer,
        phone_number=customer.phone,
        direction=Call.Direction.OUTBOUND,
        provider=Call.Provider.VAPI,
        status=Call.Status.RINGING,
        started_at=attempt.started_at,
        created_at=attempt.started_at,
    )
    if attempt.answered_at is not None and attempt.answered_at <= now:
        call.answered_at = attempt.answered_at
        call.status = Call.Status.IN_PROGRESS
        if attempt.ended_at <= now:
            _complete(call, attempt.outcome, attempt.answered_at, attempt.ended_at, random)
    elif attempt.answered_at is None and attempt.ended_at <= now:
        call.status = attempt.status
        call.ended_at = attempt.ended_at
        call.ended_reason = attempt.status
    return call


def _complete(call: Call, outcome: str, answered: datetime, ended: datetime, random: Random) -> None:
    call.status = Call.Status.COMPLETED
    call.outcome = outcome
    call.ended_at = ended
    call.ended_reason = Call.EndedReason.HANGUP
    whole = round((ended - answered).total_seconds())
    call.hold_s = random.randrange(whole // 6 + 1) if random.random() < 0.2 else 0
    call.talk_s = whole - call.hold_s
    if random.random() < RATED_SHARE:
        call.satisfaction = random.choices((1, 2, 3, 4, 5), (3, 5, 14, 38, 40))[0]


def _entry_row(call: Call, visit: InboundCall) -> QueueEntry:
    entry = QueueEntry(call=call, queued_at=visit.queued_at, created_at=visit.queued_at)
    if call.answered_at is not None:
        entry.status = QueueEntry.Status.COMPLETED
        entry.assigned_agent = call.agent
        entry.left_at = call.answered_at
    elif call.ended_at is not None:
        asked = call.ended_reason == Call.EndedReason.CALLBACK
        entry.status = QueueEntry.Status.CALLBACK if asked else QueueEntry.Status.ABANDONED
        entry.left_at = call.ended_at
    return entry


def _callback_row(tenant: Tenant, call: Call, now: datetime, random: Random) -> Callback:
    """Due within a working day; nearly all that are due have been made, most of them in time."""
    assert call.ended_at is not None
    assert call.customer is not None
    due = call.ended_at + timedelta(minutes=random.uniform(20, 480))
    callback = Callback(
        owner=tenant.user,
        customer=call.customer,
        due_at=due,
        priority=random.choices((1, 2, 3, 4, 5), (6, 14, 50, 20, 10))[0],
        assigned_agent=random.choice(tenant.agents),
        reason=random.choice(("Wants an offer", "Question about the invoice", "Asked for a colleague")),
        created_at=call.ended_at,
    )
    started = due + timedelta(minutes=min(random.expovariate(1 / 8), 120) - 4)
    done = started + timedelta(minutes=random.uniform(2, 9))
    if done <= now:
        callback.status = Callback.Status.COMPLETED
        callback.started_at, callback.completed_at = started, done
    return callback


def _write_states(crew: list[User], visits: list[InboundCall], *, day_start: datetime, now: datetime) -> None:
    """Today's states of each agent, from the calls: available, on call, wrap-up, and round again."""
    if day_start > now:
        day_start = now
    for index, agent in enumerate(crew):
        mine = (visit for visit in visits if visit.agent == index)
        turns = chain.from_iterable(map(_turn, mine))
        stretches = [(day_start, AgentState.State.AVAILABLE), *(turn for turn in turns if turn[0] <= now)]
        ends = [since for since, _ in stretches[1:]]
        AgentState.objects.bulk_create(
            AgentState(agent=agent, state=state, since=since, until=until, created_at=since)
            for (since, state), until in zip(stretches, [*ends, None], strict=True)
        )


def _turn(visit: InboundCall) -> Iterator[tuple[datetime, AgentState.State]]:
    assert visit.answered_at is not None
    yield visit.answered_at, AgentState.State.ON_CALL
    yield visit.ended_at, AgentState.State.WRAP_UP
    yield visit.ended_at + timedelta(seconds=visit.wrap_up_s), AgentState.State.AVAILABLE


def _write_payments(tenant: Tenant, now: datetime, days: int, random: Random) -> int:
    """The subscription's invoices and a top-up of call minutes every few days; a few still failed."""
    subscription = tenant.subscription
    plan = subscription.plan
    start = max(subscription.created_at, now - timedelta(days=days))
    invoices = [(subscription.created_at, plan.price, f"{plan.get_name_display()} plan")]
    at = start
    while (at := at + timedelta(hours=random.uniform(8, 70))) < now:
        invoices.append((at, Decimal(random.randrange(20, 260)), "Call minutes"))
    rows = [_payment_row(tenant, number, *invoice, now, random) for number, invoice in enumerate(invoices)]
    return len(Payment.objects.bulk_create(rows))


def _payment_row(
    tenant: Tenant, number: int, at: datetime, amount: Decimal, what: str, now: datetime, random: Random
) -> Payment:
    payment = Payment(
        user=tenant.user,
        subscription=tenant.subscription,
        invoice_id=f"INV-{tenant.user.pk:03}-{number:05}",
        amount=amount,
        description=what,
        attempt_count=1,
        created_at=at,
    )
    if random.random() < 0.05 and at > now - timedelta(days=10):
        payment.status, payment.failed_at = Payment.Status.FAILED, at
    else:
        payment.status, payment.paid_at = Payment.Status.PAID, at
        if random.random() < 0.03:
            payment.status = Payment.Status.PARTIALLY_REFUNDED
            payment.refunded = (amount / 2).quantize(Decimal("0.01"))
    return payment
