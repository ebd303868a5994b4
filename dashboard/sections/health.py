"""``system_health``: whether the providers' events arrive and can be applied."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.audiences import ADMIN_ROLE
from dashboard.figures import iso
from dashboard.queries import webhooks
from domain.models import WebhookEvent
from realtime.sections import Document, Json, Piece, section


@section("system_health", audience=ADMIN_ROLE, reads=[WebhookEvent])
def system_health(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """``degraded`` while an event of the last 24 h failed, ``idle`` before any arrived, otherwise ``ok``."""
    last_seen = webhooks.last_seen()
    failures = webhooks.failures(now)
    providers: list[Json] = [
        {
            "id": provider,
            "provider": provider,
            "last_webhook_at": iso(last_at),
            "failures_24h": failures.by_provider.get(provider, 0),
        }
        for provider, last_at in last_seen.items()
    ]
    if failures.by_provider:
        status = "degraded"
    elif any(last_seen.values()):
        status = "ok"
    else:
        status = "idle"
    value: Document = {"status": status, "providers": providers}
    return {role: Piece(value, failures.until) for role in roles}
