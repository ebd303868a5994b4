"""The broadcasts that are live or will be."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from domain.models import SystemAlert
from realtime.sections import shared


@shared
def standing(now: datetime) -> Sequence[SystemAlert]:
    """The broadcasts to any role that are neither withdrawn nor over, by id.

    Whom each is for stands in a JSON list that SQLite cannot search; there are never many of them.
    """
    not_over = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return list(SystemAlert.objects.filter(not_over, withdrawn_at__isnull=True).order_by("pk"))
