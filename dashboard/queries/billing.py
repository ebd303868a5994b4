"""What the figures about money are counted from, in cents. One query each, however many subjects.

Words: *revenue* is Σ(amount − refunded) of what was paid, dated by ``paid_at``; a payment has *failed* while
its status says so: when it is paid after all, it has not failed any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Count, Min, OuterRef, Q
from django.db.models.functions import Coalesce

from dashboard.alert_facts import Tally
from dashboard.figures import Windows
from dashboard.queries.counting import FirstOfEach, of_all
from dashboard.queries.prepared import IDS, Prepared, among
from dashboard.queries.timelines import Timeline
from dashboard.records import Revenue
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import counts
from dashboard.rollups.shape import EVERYBODY, Level
from dashboard.rollups.subjects import PAYMENTS
from domain.models import Payment
from realtime.sections import shared

REVENUE_DAYS: Final = 30  # of the admins' chart, today included

_FAILED: Final = Q(status=Payment.Status.FAILED)
_FAILED_SINCE: Final = Coalesce("failed_at", "created_at")


@dataclass(frozen=True, slots=True)
class PaymentStates:
    """How many payments of all tenants are open, and which failed."""

    pending: int
    failed: Tally


@dataclass(frozen=True, slots=True)
class Account:
    """What a tenant has paid in all, in cents, and which payments failed."""

    spent_cents: int
    failed: Tally


def amount_of(cents: int) -> Decimal:
    """An amount of the platform's currency, from its cents."""
    return Decimal(cents) / 100


def revenue_cuts(at: Windows) -> tuple[datetime, ...]:
    """The bounds that revenue is counted by: those of the windows, and of the last 30 local days."""
    return tuple(sorted({*at.cuts, *(start for _, start in at.days(REVENUE_DAYS))}))


def revenue(at: Windows) -> Timeline[Revenue]:
    """The revenue of the platform, by ``revenue_cuts``."""
    everybody = (Subject(EVERYBODY, EVERYBODY, revenue_cuts(at)),)
    return counts(PAYMENTS, Level.PLATFORM, everybody).of("paid").of(EVERYBODY)


_STATES: Final = Prepared(
    lambda: of_all(
        Payment.objects.filter(status__in=[Payment.Status.PENDING, Payment.Status.FAILED]),
        pending=Count("pk", filter=~_FAILED),
        failed=Count("pk", filter=_FAILED),
        since=Min(_FAILED_SINCE, filter=_FAILED),
    )
)
_FAILED_OF: Final = Prepared(
    lambda owners: (
        Payment.objects.filter(among("user_id", owners), status=Payment.Status.FAILED)
        .order_by()
        .values_list("user_id")
        .annotate(n_failed=Count("pk"), since=Min(_FAILED_SINCE))
    ),
    owners=IDS,
)
_RECENT: Final = FirstOfEach(
    lambda: Payment.objects.filter(user_id=OuterRef("pk")).order_by("-created_at", "-pk"),
    lambda: Payment.objects.only("amount", "status", "created_at", "description"),
)


@shared
def payment_states() -> PaymentStates:
    """The pending and the failed payments of all tenants."""
    ((_, pending, failed, since),) = _STATES.rows()
    return PaymentStates(pending, Tally(failed, since))


@shared
def accounts(owners: tuple[int, ...]) -> Mapping[int, Account]:
    """What each tenant has paid, and failed to; two queries."""
    spent = counts(PAYMENTS, Level.OWNER, tuple(Subject(owner, owner, ()) for owner in owners)).of("paid")
    failed = dict.fromkeys(owners, Tally())
    failed |= {owner: Tally(count, since) for owner, count, since in _FAILED_OF.rows(owners=owners)}
    return {owner: Account(spent.of(owner).all.cents, failed[owner]) for owner in owners}


@shared
def recent_payments(owners: tuple[int, ...], count: int) -> Mapping[int, Sequence[Payment]]:
    """The ``count`` newest payments of each tenant, newest first; two queries."""
    return _RECENT.find(owners, count)
