"""Announcements to roles."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Conflict, InvalidInput
from domain.selectors import live_system_alerts
from domain.services import people, system_alerts
from tests.factories import AdminFactory, SystemAlertFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_by_default_for_everyone_at_once_until_withdrawn():
    admin = AdminFactory()
    alert = system_alerts.create_system_alert(created_by=admin, title="Line trouble", at=NOON)
    alert.refresh_from_db()
    assert (alert.severity, alert.message, alert.url) == ("info", "", "")
    assert (alert.starts_at, alert.expires_at, alert.created_by) == (NOON, None, admin)
    assert alert.target_roles == ["admin", "user", "agent"]
    assert alert.status_at(NOON) == "live"


@pytest.mark.parametrize(
    ("after", "status"),
    [(-1, "scheduled"), (0, "live"), (3599, "live"), (3600, "expired")],
)
def test_lives_from_its_start_to_its_end(after, status):
    alert = SystemAlertFactory(starts_at=NOON, expires_at=NOON + HOUR)
    now = NOON + timedelta(seconds=after)
    assert alert.status_at(now) == status
    assert live_system_alerts("agent", now) == ([alert] if status == "live" else [])


def test_reaches_only_its_roles_and_not_once_withdrawn():
    alert = SystemAlertFactory(starts_at=NOON, target_roles=["agent"])
    assert live_system_alerts("agent", NOON) == [alert]
    assert live_system_alerts("user", NOON) == []
    system_alerts.withdraw_system_alert(alert=alert, at=NOON)
    assert live_system_alerts("agent", NOON) == []


def test_change_leaves_the_rest():
    alert = SystemAlertFactory(title="Line trouble", message="Soon over", starts_at=NOON)
    alert = system_alerts.change_system_alert(
        alert=alert,
        severity="error",
        expires_at=NOON + HOUR,
        target_roles=("agent", "user", "agent"),
        at=NOON,
    )
    alert.refresh_from_db()
    assert (alert.title, alert.message) == ("Line trouble", "Soon over")
    assert (alert.severity, alert.expires_at, alert.target_roles) == ("error", NOON + HOUR, ["user", "agent"])


@pytest.mark.parametrize("text", ["Waits < 20 s & falling", "R&D is out", "a > b", "1 <2", "Grüße, 世界 👋"])
def test_plain_text_is_text(text):
    alert = system_alerts.create_system_alert(title=text, message=text)
    assert (alert.title, alert.message) == (text, text)


@pytest.mark.parametrize(
    "url", ["", "/calls/?status=queued", "https://status.example.com", "https://a.b/c?d#e"]
)
def test_links(url):
    assert system_alerts.create_system_alert(title="Line trouble", url=url).url == url


BAD = [
    ("title", ""),
    ("title", "x" * 121),
    ("title", "<b>Line</b> trouble"),
    ("title", "Line\u202etrouble"),
    ("message", "x" * 1001),
    ("message", "<img src=x onerror=alert(1)>"),
    ("message", "</div>"),
    ("message", "<!-- -->"),
    ("message", "&lt;b&gt;"),
    ("message", "&#60;"),
    ("message", "bell \x07"),
    ("severity", "fatal"),
    ("url", "javascript:alert(1)"),
    ("url", "http://example.com"),
    ("url", "//example.com"),
    ("url", "/\\example.com"),
    ("url", "https://good.example@evil.example/"),
    ("url", "/calls\n"),
    ("url", "/" + "x" * 500),
    ("target_roles", []),
    ("target_roles", ["agent", "root"]),
    ("target_roles", "agent"),
    ("starts_at", datetime(2026, 3, 2)),  # noqa: DTZ001 - that is what is refused
    ("expires_at", datetime(2026, 3, 3)),  # noqa: DTZ001
    ("expires_at", NOON - HOUR),
    ("expires_at", NOON),
]


@pytest.mark.parametrize(("field", "value"), BAD)
def test_refuses_what_cannot_be(field, value, refused):
    with refused(InvalidInput) as refusal:
        system_alerts.create_system_alert(**{"title": "Line trouble", "at": NOON, field: value})
    assert refusal.value.field == field
    alert = SystemAlertFactory(starts_at=NOON - HOUR)
    with refused(InvalidInput) as refusal:
        system_alerts.change_system_alert(alert=alert, at=NOON, **{field: value})
    assert refusal.value.field == field


class TestRecord:
    """Who sent, changed and withdrew what, and when."""

    def test_every_deed_is_on_record_with_who_did_it(self):
        ada, bo = AdminFactory.create_batch(2)
        later = NOON + timedelta(hours=1)
        alert = system_alerts.create_system_alert(created_by=ada, title="Line trouble", at=NOON)
        system_alerts.change_system_alert(alert=alert, by=bo, title="Solved", expires_at=later, at=NOON)
        system_alerts.withdraw_system_alert(alert=alert, by=ada, at=NOON)
        sent, changed, withdrawn = alert.changes.order_by("pk")
        assert (sent.action, sent.by, sent.at) == ("sent", ada, NOON)
        assert sent.values["title"] == [None, "Line trouble"]
        assert sent.values["target_roles"] == [None, ["admin", "user", "agent"]]
        assert (changed.action, changed.by) == ("changed", bo)
        assert changed.values == {
            "title": ["Line trouble", "Solved"],
            "expires_at": [None, "2026-03-02T13:00:00+00:00"],
        }
        assert (withdrawn.action, withdrawn.by, withdrawn.at) == ("withdrawn", ada, NOON)

    def test_saying_the_same_again_is_no_change(self):
        alert = system_alerts.create_system_alert(title="Line trouble", at=NOON)
        system_alerts.change_system_alert(alert=alert, title="Line trouble", at=NOON)
        assert [change.action for change in alert.changes.all()] == ["sent"]

    def test_a_refused_change_is_not_on_record(self, refused):
        alert = system_alerts.create_system_alert(title="Line trouble", at=NOON)
        with refused(InvalidInput):
            system_alerts.change_system_alert(alert=alert, title="<b>")

    def test_whoever_is_on_record_is_disabled_not_deleted(self, refused):
        admin = AdminFactory()
        alert = system_alerts.create_system_alert(title="Line trouble", at=NOON)
        system_alerts.withdraw_system_alert(alert=alert, by=admin)
        with refused(Conflict):
            people.delete_user(user=admin)
