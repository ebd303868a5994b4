"""What the figures about money are counted from, in cents. One query each, however many subjects.

Words: *revenue* is Σ(amount − refunded) of what was paid, dated by ``paid_at``; a payment has *failed* while
its status says so: when it is paid after all, it has not failed any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from dashboard.alert_facts import Tally
from dashboard.figures import Windows
from dashboard.queries.counting import PLATFORM, first_of_each
from dashboard.queries.sql import bucket
from dashboard.queries.timelines import Timeline, Timelines
from domain.models import Payment
from realtime.sections import shared

REVENUE_DAYS: Final = 30  # of the admins' chart, today included

_PAID: Final = Q(paid_at__isnull=False)
_FAILED: Final = Q(status=Payment.Status.FAILED)
_FAILED_SINCE: Final = Coalesce("failed_at", "created_at")


class Revenue(NamedTuple):
    """Revenue by when it was paid."""

    cents: int


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


NO_ACCOUNT: Final = Account(0, Tally())


def amount_of(cents: int) -> Decimal:
    """An amount of the platform's currency, from its cents."""
    return Decimal(cents) / 100


def _cents(amount: Decimal | None) -> int:
    # Rounded: SQLite adds decimals as floats.
    return round((amount or Decimal(0)) * 100)


_REVENUE: Final = Sum(F("amount") - F("refunded"), filter=_PAID)


def revenue_cuts(at: Windows) -> tuple[datetime, ...]:
    """The bounds that revenue is counted by: those of the windows, and of the last 30 local days."""
    return tuple(sorted({*at.cuts, *(start for _, start in at.days(REVENUE_DAYS))}))


@shared
def revenue(at: Windows) -> Timeline[Revenue]:
    """The revenue of the platform, by ``revenue_cuts``."""
    cuts = revenue_cuts(at)
    rows = (
        Payment.objects.filter(_PAID)
        .annotate(stretch=bucket("paid_at", cuts))
        .order_by()
        .values_list("stretch")
        .annotate(net=_REVENUE)
    )
    return Timelines(Revenue, 1, cuts, [(PLATFORM, stretch, _cents(net)) for stretch, net in rows]).of(
        PLATFORM
    )


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
    """What each tenant has paid, and failed to; a tenant without payments is left out."""
    rows = (
        Payment.objects.filter(user_id__in=owners)
        .order_by()
        .values_list("user_id")
        .annotate(
            net=_REVENUE,
            n_failed=Count("pk", filter=_FAILED),
            since=Min(_FAILED_SINCE, filter=_FAILED),
        )
    )
    return {owner: Account(_cents(net), Tally(failed, since)) for owner, net, failed, since in rows}


@shared
def recent_payments(owners: tuple[int, ...], count: int) -> Mapping[int, Sequence[Payment]]:
    """The ``count`` newest payments of each tenant, newest first; two queries."""
    newest = Payment.objects.filter(user_id=OuterRef("pk")).order_by("-created_at", "-pk")
    return first_of_each(owners, newest, count, load=Payment.objects.all())
