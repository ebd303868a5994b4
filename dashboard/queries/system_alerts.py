"""The broadcasts that are live or will be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from dashboard.queries.prepared import INSTANT, Prepared
from domain.models import SystemAlert
from realtime.sections import shared

_STANDING: Final = Prepared(
    lambda now: SystemAlert.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), withdrawn_at__isnull=True
    ).order_by("pk"),
    now=INSTANT,
)


@shared
def standing(now: datetime) -> Sequence[SystemAlert]:
    """The broadcasts to any role that are neither withdrawn nor over, by id.

    Whom each is for stands in a JSON list that SQLite cannot search; there are never many of them.
    """
    return _STANDING.objects(now=now)
