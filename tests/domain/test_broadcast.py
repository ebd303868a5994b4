"""``manage.py broadcast``: what is announced, and what is refused without a trace."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from domain.models import SystemAlert
from tests.domain.conftest import every_row
from tests.factories import AdminFactory, SystemAlertFactory, TenantFactory

pytestmark = pytest.mark.django_db


def broadcast(*arguments: str) -> str:
    out = StringIO()
    call_command("broadcast", *arguments, stdout=out)
    return out.getvalue()


def test_a_title_is_announced_to_everybody_now_until_withdrawn():
    said = broadcast("We are looking into it")
    alert = SystemAlert.objects.get()
    assert f"Announcement {alert.pk}" in said
    assert (alert.title, alert.message, alert.severity) == ("We are looking into it", "", "info")
    assert (alert.target_roles, alert.expires_at) == (["admin", "user", "agent"], None)
    assert alert.status_at(timezone.now()) == "live"
    assert alert.created_by is None


def test_everything_can_be_said():
    admin = AdminFactory()
    broadcast(
        "Maintenance",
        "--message=Calls may be interrupted.",
        "--severity=warning",
        "--role=agent",
        "--role=user",
        "--url=/calls",
        "--starts-at=2190-03-02T10:00:00+01:00",
        "--expires-at=2190-03-02T22:30:00Z",
        f"--by={admin.email.upper()}",
    )
    alert = SystemAlert.objects.get()
    assert (alert.message, alert.severity, alert.url) == ("Calls may be interrupted.", "warning", "/calls")
    assert (alert.target_roles, alert.created_by) == (["user", "agent"], admin)
    assert alert.starts_at == datetime(2190, 3, 2, 9, tzinfo=UTC)
    assert alert.expires_at == datetime(2190, 3, 2, 22, 30, tzinfo=UTC)


def test_minutes_count_from_the_start():
    broadcast("Short", "--minutes=30", "--starts-at=2190-03-02T10:00:00Z")
    alert = SystemAlert.objects.get()
    assert alert.expires_at == alert.starts_at + timedelta(minutes=30)


def test_an_announcement_is_withdrawn():
    alert = SystemAlertFactory()
    assert f"{alert.pk} is withdrawn" in broadcast(f"--withdraw={alert.pk}")
    alert.refresh_from_db()
    assert alert.withdrawn_at is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "either a title"),
        (["Hello", "--withdraw=1"], "either a title"),
        ([""], "title"),
        (["<b>Now</b>"], "title: Plain text only"),
        (["x" * 121], "title"),
        (["Hello", "--message=<script>"], "message: Plain text only"),
        (["Hello", "--severity=fatal"], "severity"),
        (["Hello", "--role=boss"], "target_roles: There is no role boss"),
        (["Hello", "--url=javascript:alert(1)"], "url"),
        (["Hello", "--starts-at=tonight"], "starts_at: 'tonight' is not an instant"),
        (["Hello", "--starts-at=2190-13-01T00:00:00Z"], "starts_at"),
        (["Hello", "--starts-at=2190-01-01T00:00:00"], "starts_at: An instant needs a time zone"),
        (["Hello", "--starts-at=2190-01-02T00:00:00Z", "--expires-at=2190-01-01T00:00:00Z"], "expires_at"),
        (["Hello", "--expires-at=2020-01-01T00:00:00Z"], "expires_at"),
        (["Hello", "--minutes=0"], "expires_at"),
        (["Hello", "--minutes=1e300"], "minutes"),
        (["Hello", "--minutes=nan"], "minutes"),
        (["Hello", "--by=nobody@example.com"], "There is no user nobody@example.com"),
        (["--withdraw=123456789"], "There is no system alert 123456789"),
        (["--withdraw=1", "--message=Nothing happened."], "only --by goes with it"),
        (["--withdraw=1", "--minutes=0"], "only --by goes with it"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(arguments, said):
    before = every_row()
    with pytest.raises(CommandError) as refusal:
        broadcast(*arguments)
    assert said in str(refusal.value)
    assert every_row() == before


def test_only_an_admin_is_named_as_the_sender():
    tenant = TenantFactory()
    with pytest.raises(CommandError, match=f"by: {tenant.email} is not an admin"):
        broadcast("Hello", f"--by={tenant.email}")


def test_what_is_over_is_not_withdrawn():
    alert = SystemAlertFactory(withdrawn_at=timezone.now())
    with pytest.raises(CommandError, match="withdrawn cannot become withdrawn"):
        broadcast(f"--withdraw={alert.pk}")
