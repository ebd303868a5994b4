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
from dashboard.queries.counting import first_of_each
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


@shared
def payment_states() -> PaymentStates:
    """The pending and the failed payments of all tenants."""
    row = Payment.objects.filter(status__in=[Payment.Status.PENDING, Payment.Status.FAILED]).aggregate(
        pending=Count("pk", filter=~_FAILED),
        failed=Count("pk", filter=_FAILED),
        since=Min(_FAILED_SINCE, filter=_FAILED),
    )
    return PaymentStates(row["pending"], Tally(row["failed"], row["since"]))


@shared
def accounts(owners: tuple[int, ...]) -> Mapping[int, Account]:
    """What each tenant has paid, and failed to; two queries."""
    spent = counts(PAYMENTS, Level.OWNER, tuple(Subject(owner, owner, ()) for owner in owners)).of("paid")
    failed = dict.fromkeys(owners, Tally())
    rows = (
        Payment.objects.filter(user_id__in=owners, status=Payment.Status.FAILED)
        .order_by()
        .values_list("user_id")
        .annotate(n_failed=Count("pk"), since=Min(_FAILED_SINCE))
    )
    failed |= {owner: Tally(n_failed, since) for owner, n_failed, since in rows}
    return {owner: Account(spent.of(owner).all.cents, failed[owner]) for owner in owners}


@shared
def recent_payments(owners: tuple[int, ...], count: int) -> Mapping[int, Sequence[Payment]]:
    """The ``count`` newest payments of each tenant, newest first; two queries."""
    newest = Payment.objects.filter(user_id=OuterRef("pk")).order_by("-created_at", "-pk")
    return first_of_each(owners, newest, count, load=Payment.objects.all())
