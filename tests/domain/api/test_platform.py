"""Announcements and the platform's settings over REST."""

from datetime import timedelta

import pytest
from django.utils import timezone

from domain.models import SystemAlert
from tests.domain.api.conftest import Api
from tests.factories import AdminFactory, SystemAlertFactory

ANNOUNCED = {
    "title": "Maintenance tonight",
    "message": "Calls may be interrupted.",
    "severity": "warning",
    "url": "/calls",
    "target_roles": ["agent", "user"],
    "starts_at": "2190-03-02T09:00:00Z",
    "expires_at": "2190-03-02T22:30:00Z",
}


def test_admins_see_all_and_others_what_is_live_for_them(admin_api, tenant_api, agent_api):
    now = timezone.now()
    live = SystemAlertFactory(created_by=admin_api.user, starts_at=now - timedelta(minutes=1))
    agents_only = SystemAlertFactory(target_roles=["agent"], starts_at=now - timedelta(minutes=2))
    ahead = SystemAlertFactory(starts_at=now + timedelta(hours=1))
    expired = SystemAlertFactory(starts_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1))
    withdrawn = SystemAlertFactory(starts_at=now - timedelta(hours=3), withdrawn_at=now)
    every = [ahead.pk, live.pk, agents_only.pk, expired.pk, withdrawn.pk]
    assert admin_api.ids("system-alerts/") == every
    assert tenant_api.ids("system-alerts/") == [live.pk]
    assert agent_api.ids("system-alerts/") == [live.pk, agents_only.pk]
    for status, alert in (
        ("live", live),
        ("scheduled", ahead),
        ("expired", expired),
        ("withdrawn", withdrawn),
    ):
        assert alert.pk in admin_api.ids("system-alerts/", status=status)
        assert admin_api.get(f"system-alerts/{alert.pk}/").json()["status"] == status
    assert sum(len(admin_api.ids("system-alerts/", status=each)) for each in SystemAlert.Status.values) == 5


def test_who_sent_it_is_for_admins(admin_api, tenant_api):
    alert = SystemAlertFactory(created_by=admin_api.user)
    assert admin_api.get(f"system-alerts/{alert.pk}/").json()["created_by_email"] == admin_api.user.email
    assert set(tenant_api.get(f"system-alerts/{alert.pk}/").json()) == {
        *("id", "severity", "title", "message", "url", "starts_at", "expires_at")
    }


def test_an_admin_announces(admin_api):
    response = admin_api.post("system-alerts/", ANNOUNCED)
    assert response.status_code == 201
    body = response.json()
    assert (body["status"], body["created_by"]) == ("scheduled", admin_api.user.pk)
    alert = SystemAlert.objects.get(pk=body["id"])
    assert (alert.title, alert.severity, alert.url) == ("Maintenance tonight", "warning", "/calls")
    assert (alert.target_roles, alert.created_by) == (["user", "agent"], admin_api.user)


def test_a_title_is_enough(admin_api, agent_api):
    response = admin_api.post("system-alerts/", {"title": "Hello"})
    body = response.json()
    assert (response.status_code, body["status"], body["severity"]) == (201, "live", "info")
    assert (body["target_roles"], body["expires_at"]) == (["admin", "user", "agent"], None)
    assert agent_api.ids("system-alerts/") == [body["id"]]


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"title": ""}, "blank", "title"),
        ({"title": "x" * 121}, "max_length", "title"),
        ({"title": "<b>Now</b>"}, "invalid", "title"),
        ({"message": "<script>alert(1)</script>"}, "invalid", "message"),
        ({"message": "x" * 1001}, "max_length", "message"),
        ({"severity": "fatal"}, "invalid_choice", "severity"),
        ({"url": "javascript:alert(1)"}, "invalid", "url"),
        ({"url": "//elsewhere.example/"}, "invalid", "url"),
        ({"target_roles": ["user", "boss"]}, "invalid_choice", "target_roles.1"),
        ({"target_roles": []}, "empty", "target_roles"),
        ({"target_roles": "user"}, "not_a_list", "target_roles"),
        ({"expires_at": "2190-03-02T09:00:00Z"}, "invalid", "expires_at"),
        (
            {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z"},
            "invalid",
            "expires_at",
        ),
        ({"starts_at": "tonight"}, "invalid", "starts_at"),
        ({"starts_at": "2190-03-02T09:00:00"}, "no_zone", "starts_at"),
    ],
)
def test_an_announcement_that_cannot_be_is_refused(admin_api, refuses, change, code, attr):
    with refuses(400, code, attr) as answer:
        answer(admin_api.post("system-alerts/", {**ANNOUNCED, **change}))


def test_an_announcement_is_changed_and_withdrawn(admin_api, tenant_api, refuses):
    alert = SystemAlertFactory()
    response = admin_api.patch(f"system-alerts/{alert.pk}/", {"severity": "error", "target_roles": ["user"]})
    assert (response.status_code, response.json()["severity"]) == (200, "error")
    alert.refresh_from_db()
    assert (alert.severity, alert.target_roles) == ("error", ["user"])
    assert admin_api.delete(f"system-alerts/{alert.pk}/").status_code == 204
    alert.refresh_from_db()
    assert alert.withdrawn_at is not None
    assert tenant_api.ids("system-alerts/") == []
    with refuses(409, "illegal_transition") as answer:
        answer(admin_api.delete(f"system-alerts/{alert.pk}/"))
        answer(admin_api.patch(f"system-alerts/{alert.pk}/", {"title": "x"}))


def test_admins_read_who_announced_changed_and_withdrew_it(admin_api):
    pk = admin_api.post("system-alerts/", {"title": "Hello"}).json()["id"]
    other = Api(AdminFactory())
    other.patch(f"system-alerts/{pk}/", {"title": "Hello again"})
    other.delete(f"system-alerts/{pk}/")
    body = admin_api.get(f"system-alerts/{pk}/history/").json()
    emails = [admin_api.user.email, other.user.email, other.user.email]
    assert [row["by_email"] for row in body["results"]] == emails
    assert [row["action"] for row in body["results"]] == ["sent", "changed", "withdrawn"]
    assert body["results"][1]["values"] == {"title": ["Hello", "Hello again"]}
    assert admin_api.get(f"system-alerts/{pk}/history/", page_size=1).json()["count"] == 3


def test_filters_and_order(admin_api):
    error = SystemAlertFactory(severity="error", title="Fire", starts_at=timezone.now() - timedelta(days=1))
    other = SystemAlertFactory()
    assert admin_api.ids("system-alerts/", severity="error") == [error.pk]
    assert admin_api.ids("system-alerts/", search="fir") == [error.pk]
    assert admin_api.ids("system-alerts/", ordering="starts_at") == [error.pk, other.pk]


def test_refusals(admin_api, tenant_api, agent_api, nobody_api, refuses):
    alert = SystemAlertFactory()
    ahead = SystemAlertFactory(starts_at=timezone.now() + timedelta(hours=1))
    with refuses(403, "permission_denied") as answer:
        for api in (tenant_api, agent_api):
            answer(api.post("system-alerts/", ANNOUNCED))
            answer(api.patch(f"system-alerts/{alert.pk}/", {}))
            answer(api.delete(f"system-alerts/{alert.pk}/"))
            answer(api.get(f"system-alerts/{alert.pk}/history/"))
    with refuses(404, "not_found") as answer:
        answer(tenant_api.get(f"system-alerts/{ahead.pk}/"))
        answer(admin_api.delete("system-alerts/123456789/"))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("system-alerts/"))
        answer(nobody_api.post("system-alerts/", ANNOUNCED))
        answer(nobody_api.patch(f"system-alerts/{alert.pk}/", {}))
        answer(nobody_api.delete(f"system-alerts/{alert.pk}/"))


def test_admins_read_the_settings(admin_api, settings, telephony):
    body = admin_api.get("settings/").json()
    assert (body["currency"], body["time_zone"]) == (settings.PLATFORM_CURRENCY, settings.PLATFORM_TIME_ZONE)
    assert (body["places_calls"], body["charges_cards"]) == (True, False)
    assert (body["limits"]["max_page_size"], body["limits"]["access_token_seconds"]) == (200, 900)


def test_the_settings_are_for_admins_to_read_alone(admin_api, tenant_api, agent_api, nobody_api, refuses):
    with refuses(403, "permission_denied") as answer:
        answer(tenant_api.get("settings/"))
        answer(agent_api.get("settings/"))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("settings/"))
    with refuses(405, "method_not_allowed") as answer:
        answer(admin_api.patch("settings/", {"currency": "EUR"}))


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_does_not_exist_is_no_page(nobody_api, refuses, method):
    with refuses(404, "not_found") as answer:
        answer(getattr(nobody_api, method)("no-such-thing/"))
        answer(getattr(nobody_api, method)("calls"))  # without the slash
