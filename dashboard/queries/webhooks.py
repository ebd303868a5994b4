"""What is known of the providers: when each sent its last event, and how many could not be applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import CharField, Count, Max, Min

from dashboard.queries.counting import of_all
from dashboard.queries.prepared import INSTANT, Prepared
from domain.models import WebhookEvent
from realtime.sections import shared

FAILURE_WINDOW: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed events of the last 24 h, by provider; ``until``: time alone makes it fewer."""

    by_provider: Mapping[str, int]
    until: datetime | None


_LAST: Final = Prepared(
    lambda provider: of_all(WebhookEvent.objects.filter(provider=provider), at=Max("created_at")),
    provider=CharField(),
)
_FAILED: Final = Prepared(
    lambda since: (
        WebhookEvent.objects.filter(
            status=WebhookEvent.Status.FAILED,
            provider__in=WebhookEvent.Provider.values,  # all; but the index begins with it
            created_at__gt=since,
        )
        .order_by()
        .values_list("provider")
        .annotate(n=Count("pk"), oldest=Min("created_at"))
    ),
    since=INSTANT,
)


@shared
def last_seen() -> Mapping[str, datetime | None]:
    """When each provider's last event was received, None if never.

    One query per provider (there are three): each reads the end of an index, where one query for all of them
    would read every event.
    """
    return {provider: _LAST.rows(provider=provider)[0][1] for provider in WebhookEvent.Provider.values}


@shared
def failures(now: datetime) -> Failures:
    """The failed events received in the last 24 h."""
    rows = _FAILED.rows(since=now - FAILURE_WINDOW)
    oldest = min((oldest for _, _, oldest in rows), default=None)
    return Failures({provider: n for provider, n, _ in rows}, oldest + FAILURE_WINDOW if oldest else None)
