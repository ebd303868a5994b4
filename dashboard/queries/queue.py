"""Who waits: the tenants' queues, and what each agent was given. One query each, however many subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import RowNumber

from dashboard.queries.counting import of_all
from dashboard.queries.prepared import IDS, NUMBER, Prepared, among
from domain.models import Call, Callback, QueueEntry
from realtime.sections import shared

# Says nothing that waiting and assigned do not say, but it is the condition of the live rows' indexes.
_LIVE: Final = Q(left_at__isnull=True)


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A call in a queue; ``id`` is the call's, ``customer_name`` empty for an unknown caller."""

    id: int
    customer_name: str
    phone_number: str
    priority: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A tenant's waiting calls: how many, since when the oldest, and those served first."""

    total: int = 0
    since: datetime | None = None
    first: Sequence[QueuedCall] = field(default=())


@dataclass(frozen=True, slots=True)
class OpenCallback:
    """A callback that an agent has yet to make or to finish."""

    id: int
    customer_name: str
    phone_number: str
    priority: int
    due_at: datetime


_OWNER: Final = "call__owner_id"
_QUEUED: Final = ("call_id", "call__customer__name", "call__phone_number", "priority", "queued_at")

_WAITING: Final = Prepared(
    lambda tenants, count: (
        QueueEntry.objects.filter(_LIVE, among(_OWNER, tenants), status=QueueEntry.Status.WAITING)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=F(_OWNER),
                order_by=[F("priority"), F("queued_at"), F("call_id")],
            ),
            total=Window(Count("*"), partition_by=F(_OWNER)),
            since=Window(Min("queued_at"), partition_by=F(_OWNER)),
        )
        .filter(place__lte=count)
        .order_by("place")
        .values_list(_OWNER, "total", "since", *_QUEUED)
    ),
    tenants=IDS,
    count=NUMBER,
)
_WAITING_SINCE: Final = Prepared(
    lambda: of_all(QueueEntry.objects.filter(_LIVE, status=QueueEntry.Status.WAITING), since=Min("queued_at"))
)
_OFFERED: Final = Prepared(
    lambda agents: (
        QueueEntry.objects.filter(
            _LIVE,
            among("assigned_agent_id", agents),
            status=QueueEntry.Status.ASSIGNED,
            call__owner_id=F("assigned_agent__owner_id"),
        )
        .order_by("queued_at", "call_id")
        .values_list("assigned_agent_id", *_QUEUED)
    ),
    agents=IDS,
)
_OPEN_CALLBACKS: Final = Prepared(
    lambda agents, count: (
        Callback.objects.filter(
            among("assigned_agent_id", agents),
            status__in=Callback.OPEN,
            owner_id=F("assigned_agent__owner_id"),
        )
        .annotate(
            place=Window(RowNumber(), partition_by=F("assigned_agent_id"), order_by=[F("due_at"), F("pk")])
        )
        .filter(place__lte=count)
        .order_by("place")
        .values_list("assigned_agent_id", "pk", "customer__name", "customer__phone", "priority", "due_at")
    ),
    agents=IDS,
    count=NUMBER,
)
_ACTIVE: Final = Q(ended_at__isnull=True, status__in=Call.ACTIVE)
_ACTIVE_OF_TENANTS: Final = Prepared(
    lambda tenants: (
        Call.objects.filter(_ACTIVE, among("owner_id", tenants))
        .order_by()
        .values_list("owner_id")
        .annotate(n=Count("pk"))
    ),
    tenants=IDS,
)
_ACTIVE_OF_ALL: Final = Prepared(lambda: of_all(Call.objects.filter(_ACTIVE), n=Count("pk")))
_ACTIVE_OF_AGENTS: Final = Prepared(
    lambda agents: (
        Call.objects.filter(_ACTIVE, among("agent_id", agents), owner_id=F("agent__owner_id"))
        .order_by()
        .values_list("agent_id")
        .annotate(n=Count("pk"))
    ),
    agents=IDS,
)


@shared
def waiting(tenants: tuple[int, ...], count: int) -> Mapping[int, WaitingLine]:
    """The calls not offered to anybody yet, and the first ``count`` of each tenant by priority, then by wait.

    A tenant whose queue is empty is left out.
    """
    lines: dict[int, WaitingLine] = {}
    for tenant, total, since, id_, name, phone, priority, queued_at in _WAITING.rows(
        tenants=tenants, count=count
    ):
        before = lines[tenant].first if tenant in lines else ()
        call = QueuedCall(id_, name or "", phone, priority, queued_at)
        lines[tenant] = WaitingLine(total, since, (*before, call))
    return lines


@shared
def waiting_since() -> datetime | None:
    """Since when the longest waiting call of all tenants waits."""
    ((_, since),) = _WAITING_SINCE.rows()
    oldest: datetime | None = since
    return oldest


@shared
def offered_to(agents: tuple[int, ...]) -> Mapping[int, Sequence[QueuedCall]]:
    """The calls that ring at each agent, of the agent's own tenant, longest wait first."""
    calls: dict[int, list[QueuedCall]] = {}
    for agent, id_, name, phone, priority, queued_at in _OFFERED.rows(agents=agents):
        calls.setdefault(agent, []).append(QueuedCall(id_, name or "", phone, priority, queued_at))
    return calls


@shared
def open_callbacks(agents: tuple[int, ...], count: int) -> Mapping[int, Sequence[OpenCallback]]:
    """The first ``count`` scheduled or begun callbacks of each agent, of the agent's own tenant."""
    callbacks: dict[int, list[OpenCallback]] = {}
    for agent, id_, name, phone, priority, due_at in _OPEN_CALLBACKS.rows(agents=agents, count=count):
        callbacks.setdefault(agent, []).append(OpenCallback(id_, name, phone, priority, due_at))
    return callbacks


@shared
def active_calls(tenants: tuple[int, ...]) -> Mapping[int, int]:
    """Each tenant's calls being talked on: in_progress or forwarding; a tenant without any is left out."""
    return dict(_ACTIVE_OF_TENANTS.pairs(tenants=tenants))


@shared
def active_calls_on_platform() -> int:
    """All tenants' calls being talked on."""
    ((_, count),) = _ACTIVE_OF_ALL.rows()
    return int(count)


@shared
def active_calls_of_agents(agents: tuple[int, ...]) -> Mapping[int, int]:
    """The calls each agent is talking on, of the agent's own tenant; an agent without any is left out."""
    return dict(_ACTIVE_OF_AGENTS.pairs(agents=agents))
