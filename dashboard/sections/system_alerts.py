"""``system_alerts``: what the admins announce to a role, while it is live."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import EVERY_ROLE
from dashboard.figures import iso
from dashboard.queries.system_alerts import standing
from domain.models import SystemAlert
from realtime.sections import Json, Piece, earliest, section

_RANK: Final = {severity: rank for rank, severity in enumerate(SystemAlert.Severity.values)}


@section("system_alerts", audience=EVERY_ROLE, reads=[SystemAlert])
def system_alerts(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The live broadcasts to each role: errors first, then the newest, then by id."""
    alerts = sorted(
        standing(now),
        key=lambda alert: (_RANK[alert.severity], -alert.starts_at.timestamp(), alert.pk),
    )
    return {role: _of_role([alert for alert in alerts if role in alert.target_roles], now) for role in roles}


def _of_role(alerts: Sequence[SystemAlert], now: datetime) -> Piece:
    live = [alert for alert in alerts if alert.status_at(now) == SystemAlert.Status.LIVE]
    starts = (alert.starts_at for alert in alerts if alert.starts_at > now)
    ends = (alert.expires_at for alert in live)
    return Piece([_item(alert) for alert in live], earliest(*starts, *ends))


def _item(alert: SystemAlert) -> Json:
    return {
        "id": alert.pk,
        "severity": alert.severity,
        "title": alert.title,
        "message": alert.message,
        "url": alert.url or None,
        "starts_at": iso(alert.starts_at),
        "expires_at": iso(alert.expires_at),
    }
