"""Twilio's and Vapi's own forms over HTTP: who signs is believed, and what is said is on the call."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from rest_framework.test import APIClient

from domain.ingestion.forms import CALL_EVENTS, VAPI
from domain.ingestion.signatures import sign_request
from domain.models import Call, WebhookEvent
from tests.domain.api.test_concurrency import at_once
from tests.domain.api.test_webhooks import code_of
from tests.domain.api.webhooks import SECRET
from tests.domain.conftest import every_row
from tests.factories import AIAgentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("webhooks")]

CALLBACK = {
    "CallSid": "CA1",
    "CallStatus": "in-progress",
    "Direction": "outbound-api",
    "From": "+14155550100",
    "To": "+14155550123",
    "Timestamp": "Mon, 02 Mar 2026 09:00:08 +0000",
}


def call_back(
    url: str, signed: str | None = None, *, secret: str = SECRET, status: str = "in-progress", **extra: str
) -> Any:
    """Twilio's callback to ``url``, signed for it or for another address."""
    form = {**CALLBACK, "CallStatus": status}
    headers = {"X-Twilio-Signature": sign_request(secret, signed or url, form.items())}
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return APIClient(raise_request_exception=False).post(
        f"/{path}",
        data=urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={**headers, "Host": host, **extra},
        secure=scheme == "https",
    )


def message(secret: str = SECRET, **fields: Any) -> Any:
    call = {"id": "call_1", "type": "inboundPhoneCall", "assistantId": "asst_nova"}
    body = {"message": {"type": "status-update", "status": "in-progress", "call": call, **fields}}
    return APIClient(raise_request_exception=False).post(
        "/api/webhooks/vapi/", data=body, format="json", headers={"X-Vapi-Secret": secret}
    )


class TestTwilio:
    def address(self, tenant: Any, start: str = "https://testserver") -> str:
        return f"{start}/api/webhooks/twilio/?tenant={tenant.pk}"

    def test_a_status_callback_is_applied_once(self, tenant):
        first = call_back(self.address(tenant))
        assert (first.status_code, first.json()) == (
            200,
            {"event": "CA1:in-progress", "status": "applied", "detail": "", "repeated": False},
        )
        call = Call.objects.get()
        assert (call.owner, call.status, call.phone_number) == (tenant, "in_progress", "+14155550123")
        assert call_back(self.address(tenant)).json()["repeated"] is True

    def test_the_port_that_goes_without_saying_may_be_said(self, tenant):
        said, unsaid = self.address(tenant, "https://testserver:443"), self.address(tenant)
        assert call_back(unsaid, said).status_code == 200
        assert call_back(said, unsaid).status_code == 200

    def test_another_port_is_another_address(self, tenant, settings):
        other = self.address(tenant, "https://testserver:8443")
        assert code_of(call_back(other, self.address(tenant))) == (403, "bad_signature")
        assert call_back(other).status_code == 200

    def test_a_proxy_of_our_own_says_how_it_was_called(self, tenant, settings):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        plain, called = self.address(tenant, "http://testserver"), self.address(tenant)
        assert code_of(call_back(plain, called)) == (403, "bad_signature")
        assert call_back(plain, called, **{"X-Forwarded-Proto": "https"}).status_code == 200

    def test_whoever_does_not_sign_the_very_address_is_not_believed(self, tenant, stranger):
        before = every_row()
        other = self.address(stranger)
        assert code_of(call_back(self.address(tenant), other)) == (403, "bad_signature")
        assert code_of(call_back(self.address(tenant), secret="another secret, long enough")) == (
            403,
            "bad_signature",
        )
        assert every_row() == before

    @pytest.mark.parametrize("body", [b"\xff", b"a=1&" * 300])
    def test_what_is_no_form_cannot_be_signed(self, body):
        response = APIClient(raise_request_exception=False).post(
            "/api/webhooks/twilio/",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": "x"},
        )
        assert code_of(response) == (403, "bad_signature")


class TestVapi:
    def test_a_server_message_is_applied_once(self):
        ai_agent = AIAgentFactory(provider_agent_id="asst_nova")
        first = message()
        assert (first.status_code, first.json()) == (
            200,
            {"event": "call_1:in-progress", "status": "applied", "detail": "", "repeated": False},
        )
        call = Call.objects.get()
        assert (call.owner, call.ai_agent, call.status) == (ai_agent.owner, ai_agent, "in_progress")
        assert message().json()["repeated"] is True

    def test_of_other_messages_nothing_is_kept(self):
        answer = message(type="transcript", transcript="Hello")
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "event": "",
                "status": "ignored",
                "detail": "Nothing is kept of transcript in-progress.",
                "repeated": False,
            },
        )
        assert not WebhookEvent.objects.exists()

    @pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
    def test_whoever_does_not_know_the_secret_is_not_believed(self, secret):
        before = every_row()
        assert code_of(message(secret)) == (403, "bad_signature")
        assert every_row() == before

    def test_a_report_may_be_longer_than_an_event(self):
        AIAgentFactory(provider_agent_id="asst_nova")
        said = {"messages": ["x" * CALL_EVENTS.max_body]}
        assert message(artifact=said).json()["status"] == "applied"
        assert code_of(message(artifact={"messages": ["x" * VAPI.max_body]})) == (413, "too_large")

    def test_what_is_no_message_is_refused(self):
        assert code_of(message(call=None)) == (400, "invalid")
        assert code_of(message(call=json.loads("[]"))) == (400, "invalid")


@pytest.mark.django_db(transaction=True)
def test_callbacks_of_a_new_call_at_once_make_one_call(tenant):
    address = f"https://testserver/api/webhooks/twilio/?tenant={tenant.pk}"
    at_once(
        *[
            lambda status=status: call_back(address, status=status)
            for status in ("initiated", "ringing", "in-progress", "completed")
        ]
    )
    assert Call.objects.get().status == "completed"
    assert set(WebhookEvent.objects.values_list("status", flat=True)) <= {"applied", "ignored"}
    connections.close_all()
