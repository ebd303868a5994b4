"""Providers' events over HTTP: signed, once, in any order, and never a way in for anybody else."""

import json
import time
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from domain.ingestion.forms import STRIPE as STRIPE_FORM
from domain.ingestion.signatures import TOLERANCE_S, sign
from domain.models import Call, Payment, WebhookEvent
from tests.domain.api.test_concurrency import at_once
from tests.domain.api.webhooks import HEADERS, SECRET, post, send
from tests.domain.conftest import every_row
from tests.factories import AgentFactory, PlanFactory, TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("webhooks")]


def started(tenant, key: str = "evt_1", **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "type": "call.started",
        "at": "2026-03-02T09:00:00Z",
        "call": "CA1",
        "tenant": tenant.pk,
        "direction": "inbound",
        "phone_number": "+14155550123",
        **fields,
    }


def code_of(response: Any) -> tuple[int, str]:
    body = response.json()
    assert set(body) == {"type", "errors"}
    (error,) = body["errors"]
    assert set(error) == {"code", "detail", "attr"}
    return response.status_code, error["code"]


class TestBelieved:
    """Nothing is read of a message, let alone written, before its signature."""

    @pytest.mark.parametrize("provider", HEADERS)
    def test_an_event_without_the_right_signature_is_refused_and_nothing_is_written(self, provider, tenant):
        before = every_row()
        body = json.dumps(started(tenant)).encode()
        now = int(time.time())
        for signature in (
            "",
            "t=1,v1=00",
            sign("somebody else's secret", body, now),
            sign(SECRET, b"{}", now),
        ):
            assert code_of(post(provider, body, signature)) == (403, "bad_signature")
        assert every_row() == before

    def test_a_recorded_message_cannot_be_sent_again_later(self, tenant):
        body = json.dumps(started(tenant)).encode()
        old = sign(SECRET, body, int(time.time()) - TOLERANCE_S - 5)
        assert code_of(post("twilio", body, old)) == (403, "stale_signature")
        assert not WebhookEvent.objects.exists()

    def test_one_providers_secret_does_not_sign_for_another(self, tenant, settings):
        settings.WEBHOOK_SECRETS = {"twilio": [SECRET], "vapi": ["another secret, also long enough"]}
        assert code_of(send("vapi", **started(tenant))) == (403, "bad_signature")

    @pytest.mark.parametrize("provider", HEADERS)
    def test_without_a_secret_nobody_is_believed(self, provider, tenant, settings):
        settings.WEBHOOK_SECRETS = {provider: []}
        assert code_of(send(provider, **started(tenant))) == (503, "not_configured")
        settings.WEBHOOK_SECRETS = {provider: [""]}
        assert code_of(post(provider, b"{}", "t=1,v1=00")) == (403, "bad_signature")
        assert not WebhookEvent.objects.exists()

    def test_neither_a_session_nor_a_token_is_asked_for_or_read(self, tenant):
        response = post(
            "twilio",
            json.dumps(started(tenant)).encode(),
            None,
            Authorization="Bearer nonsense",
            Cookie="a=b",
        )
        assert response.status_code == 200

    def test_a_flood_of_bad_ones_is_held_up_and_the_provider_is_not(self, tenant, settings):
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "webhook_address": "2/min"}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
        codes = [code_of(post("twilio", b"{}", "t=1,v1=00")) for _ in range(4)]
        assert codes == [(403, "bad_signature")] * 2 + [(429, "throttled")] * 2
        assert send("twilio", **started(tenant)).status_code == 200


class TestRead:
    """Whatever is signed, the answer is one of the document, in its one shape."""

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no json",
            b"\xff\xfe",
            b"[]",
            b"null",
            b"{}",
            b'{"id": 1}',
            b'{"id": ""}',
            b'{"id": "' + b"x" * 256 + b'"}',
            b'{"id": "evt", "a": NaN}',
            b'{"id": "evt", "a": "\\u0000"}',
            b'{"id": "evt", "a": "\\ud800"}',
            b'{"id": "evt\\u0000"}',
            b'{"id": "evt", "a": ' + b"9" * 5000 + b"}",
            b"[" * 100_000,
        ],
    )
    def test_what_is_no_event_is_refused(self, body):
        assert code_of(post("stripe", body)) == (400, "invalid")
        assert not WebhookEvent.objects.exists()

    def test_a_large_body_is_refused(self):
        body = json.dumps({"id": "evt_1", "x": "x" * STRIPE_FORM.max_body}).encode()
        assert code_of(post("stripe", body)) == (413, "too_large")

    def test_an_event_that_cannot_be_read_has_failed_for_good_and_says_where(self, tenant):
        answer = send("twilio", **started(tenant, direction="sideways")).json()
        assert (answer["status"], answer["repeated"]) == ("failed", False)
        assert "direction" in answer["detail"]
        event = WebhookEvent.objects.get()
        assert (event.status, event.detail) == ("failed", answer["detail"])

    def test_only_posts(self):
        response = APIClient().get("/api/webhooks/twilio/")
        assert code_of(response) == (405, "method_not_allowed")

    def test_an_unknown_provider_has_no_address(self):
        assert code_of(APIClient().post("/api/webhooks/pigeon/", {}, format="json")) == (404, "not_found")


class TestApplied:
    def test_a_call_from_ringing_to_its_end(self, tenant):
        agent = AgentFactory(owner=tenant, state="available")
        events = [
            started(tenant),
            {"type": "call.offered", "agent": agent.pk, "at": "2026-03-02T09:00:05Z"},
            {"type": "call.answered", "at": "2026-03-02T09:00:12Z"},
            {
                "type": "call.ended",
                "outcome": "interested",
                "satisfaction": 5,
                "hold_s": 10,
                "at": "2026-03-02T09:04:12Z",
            },
        ]
        for number, event in enumerate(events):
            answer = send("twilio", **{"call": "CA1", **event, "id": f"evt_{number}"})
            assert answer.json() == {
                "event": f"evt_{number}",
                "status": "applied",
                "detail": "",
                "repeated": False,
            }
        call = Call.objects.get()
        assert (call.owner, call.agent, call.status, call.outcome) == (
            tenant,
            agent,
            "completed",
            "interested",
        )
        assert (call.talk_s, call.hold_s, call.satisfaction) == (230, 10, 5)
        assert call.answered_at.isoformat() == "2026-03-02T09:00:12+00:00"

    def test_a_repeated_event_changes_nothing(self, tenant):
        send("twilio", **started(tenant))
        before = every_row()
        again = send("twilio", **started(tenant, phone_number="+14155550999"))
        assert (again.status_code, again.json()["repeated"]) == (200, True)
        assert every_row() == before

    def test_what_comes_too_early_is_kept_and_applied_when_it_is_sent_again(self, tenant):
        early = {"id": "evt_2", "type": "call.abandoned", "call": "CA1", "at": "2026-03-02T09:00:40Z"}
        assert code_of(send("twilio", **early)) == (409, "not_yet")
        assert WebhookEvent.objects.get().status == "failed"
        assert send("twilio", **started(tenant)).status_code == 200
        assert send("twilio", **early).json()["status"] == "applied"
        call = Call.objects.get()
        assert (call.status, call.queue_entry.status) == ("canceled", "abandoned")
        assert call.ended_at.isoformat() == "2026-03-02T09:00:40+00:00"
        assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"applied"}

    def test_what_can_never_be_is_kept_as_failed_and_not_asked_for_again(self, tenant):
        send("twilio", **started(tenant))
        send("twilio", id="evt_2", type="call.abandoned", call="CA1", at="2026-03-02T09:00:40Z")
        before = Call.objects.values().get()
        answer = send("twilio", id="evt_3", type="call.answered", call="CA1", at="2026-03-02T09:00:50Z")
        assert (answer.status_code, answer.json()["status"]) == (200, "failed")
        assert Call.objects.values().get() == before

    def test_a_payment_of_stripe(self):
        tenant = TenantFactory(stripe_customer_id="cus_1")
        invoice = {"id": "in_1", "customer": "cus_1", "currency": "usd", "amount_due": 19900}
        event = {"id": "evt_1", "type": "invoice.paid", "created": 1_772_409_600, "data": {"object": invoice}}
        assert send("stripe", **event).json()["status"] == "applied"
        payment = Payment.objects.get()
        assert (payment.user, payment.status, str(payment.amount)) == (tenant, "paid", "199.00")

    def test_an_unforeseen_error_shows_no_trace_and_leaves_the_event_to_be_sent_again(
        self, tenant, monkeypatch
    ):
        def broken(provider: str, payload: object) -> None:
            raise RuntimeError("secret innards")

        with monkeypatch.context() as patched:
            patched.setattr("domain.ingestion.intake._APPLIERS", {"twilio": broken})
            response = send("twilio", **started(tenant))
        assert code_of(response) == (500, "error")
        assert "innards" not in response.content.decode()
        assert WebhookEvent.objects.get().status == "received"
        assert send("twilio", **started(tenant)).json()["status"] == "applied"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_deliveries_of_one_event_apply_it_once(self, tenant):
        codes = at_once(*[lambda: send("twilio", **started(tenant)) for _ in range(4)])
        assert codes == [(200, "")] * 4
        assert Call.objects.count() == WebhookEvent.objects.count() == 1

    def test_an_answer_and_a_hang_up_have_one_winner(self, tenant):
        agent = AgentFactory(owner=tenant, state="available")
        send("twilio", **started(tenant))
        at = "2026-03-02T09:00:12Z"
        at_once(
            lambda: send("twilio", id="a", type="call.answered", call="CA1", agent=agent.pk, at=at),
            lambda: send("twilio", id="b", type="call.abandoned", call="CA1", at=at),
        )
        statuses = dict(WebhookEvent.objects.values_list("event_key", "status"))
        assert sorted([statuses["a"], statuses["b"]]) == ["applied", "failed"]
        winner = "in_progress" if statuses["a"] == "applied" else "canceled"
        assert Call.objects.get().status == winner

    def test_the_first_two_events_of_an_invoice_make_one_payment(self):
        TenantFactory(stripe_customer_id="cus_1")
        PlanFactory(stripe_price_id="price_1")
        invoice = {"id": "in_1", "customer": "cus_1", "currency": "usd", "amount_due": 19900}
        common: dict[str, Any] = {"created": 1_772_409_600, "data": {"object": invoice}}
        codes = at_once(
            lambda: send("stripe", id="evt_1", type="invoice.finalized", **common),
            lambda: send("stripe", id="evt_2", type="invoice.paid", **common),
        )
        assert codes == [(200, ""), (200, "")]
        assert Payment.objects.get().status == "paid"
        connections.close_all()
