"""Vapi's own server messages: whichever of them arrive, in whatever order, the call is what they say."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.ingestion import vapi
from domain.ingestion.intake import take_in
from domain.ingestion.verdicts import Ignored
from domain.models import Call, WebhookEvent
from tests.factories import AIAgentFactory, CallFactory

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = "0195a0f2-4c5d-7000-8000-3f1e5b7c9d20"
APPLIED, IGNORED, IMPOSSIBLE = ("applied", False), ("ignored", False), ("failed", False)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def message(type_: str = "status-update", seconds: float = 0, **fields: Any) -> dict[str, Any]:
    """A message as Vapi writes it, with some of what is not read."""
    call = {
        "id": ID,
        "orgId": "org",
        "type": "outboundPhoneCall",
        "assistantId": "asst_nova",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "customer": {"number": "+14155550123"},
        "phoneCallProvider": "twilio",
        **fields.pop("call", {}),
    }
    return {
        "type": type_,
        "timestamp": after(seconds).timestamp() * 1000,
        "call": call,
        "artifact": {"messages": [{"role": "user", "message": "My card number is …"}]},
        **fields,
    }


def parsed(sent: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return vapi.parse(json.dumps({"message": sent}).encode(), NINE.timestamp())


def says(status: str, seconds: float = 0, **fields: Any) -> tuple[str, bool]:
    """What became of a message, and whether it should come again; ``report`` is the end of call report."""
    type_ = "end-of-call-report" if status == "report" else "status-update"
    more = {} if status == "report" else {"status": status}
    key, payload = parsed(message(type_, seconds, **more, **fields))
    receipt = take_in(provider="vapi", event_key=key, payload=payload)
    return receipt.event.status, receipt.again


@pytest.fixture
def ai_agent() -> Any:
    return AIAgentFactory(provider_agent_id="asst_nova")


class TestRead:
    def test_no_word_is_kept_but_the_summary(self):
        sent = message(
            "end-of-call-report", 70, analysis={"summary": "Wants an offer."}, transcript="My card …"
        )
        key, kept = parsed({**sent, "endedReason": "customer-ended-call", "endedAt": "2026-03-02T09:01:08Z"})
        assert key == f"{ID}:end-of-call-report"
        assert kept == {
            "id": key,
            "type": "vapi.end-of-call-report",
            "call": ID,
            "status": "end-of-call-report",
            "at": "2026-03-02T09:01:10+00:00",
            "created_at": "2026-03-02T09:00:00.000Z",
            "started_at": None,
            "ended_at": "2026-03-02T09:01:08Z",
            "direction": "outbound",
            "phone_number": "+14155550123",
            "ai_agent": "asst_nova",
            "ended_reason": "customer-ended-call",
            "summary": "Wants an offer.",
        }

    @pytest.mark.parametrize(
        "sent",
        [
            {"type": "transcript", "transcript": "Hello"},
            {"type": "tool-calls", "toolCallList": []},
            {"type": "speech-update", "status": "started"},
            {"type": "status-update", "status": "deletion-failed"},
            {"type": "status-update"},
        ],
    )
    def test_of_anything_else_nothing_is_kept(self, sent):
        with pytest.raises(Ignored, match="Nothing is kept"):
            parsed(sent)

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"no json", b"\xff", b"[]", b"{}", b'{"message": {}}', b'{"message": {"type": 1}}'),
            b'{"message": {"type": "status-update", "status": "ended"}}',
            b'{"message": {"type": "status-update", "status": "ended", "call": {}}}',
            b'{"message": {"type": "status-update", "status": "ended", "call": {"id": ""}}}',
            b'{"message": {"type": "status-update", "status": "ended", "call": {"id": "a\\u0000"}}}',
            b"[" * 100_000,
        ],
    )
    def test_what_is_no_message_is_refused(self, body):
        with pytest.raises(InvalidInput):
            vapi.parse(body, 0)

    @pytest.mark.parametrize("timestamp", [None, 1e300, -1e300])
    def test_without_an_instant_it_happened_when_it_came(self, timestamp):
        _, kept = parsed(message(status="ringing", timestamp=timestamp))
        assert kept["at"] == NINE.isoformat()


@pytest.mark.django_db
class TestLife:
    EVENTS = (("queued", 0), ("ringing", 2), ("in-progress", 8), ("ended", 68), ("report", 75))

    def end(self, status: str) -> dict[str, Any]:
        if status not in ("ended", "report"):
            return {}
        more = {"startedAt": after(8).isoformat(), "endedAt": after(68).isoformat()}
        reason = {"endedReason": "customer-ended-call"}
        return (
            {**reason, **more, "analysis": {"summary": "Wants an offer."}} if status == "report" else reason
        )

    def test_from_being_placed_to_the_report(self, ai_agent):
        statuses = []
        for status, seconds in self.EVENTS:
            assert says(status, seconds, **self.end(status)) == APPLIED
            statuses.append(Call.objects.get().status)
        assert statuses == ["queued", "ringing", "in_progress", "completed", "completed"]
        call = Call.objects.get()
        assert (call.owner, call.ai_agent, call.direction) == (ai_agent.owner, ai_agent, "outbound")
        assert (call.provider, call.provider_call_id, call.phone_number) == ("vapi", ID, "+14155550123")
        assert (call.started_at, call.answered_at, call.ended_at) == (NINE, after(8), after(68))
        assert (call.talk_s, call.outcome, call.notes) == (60, "", "Wants an offer.")

    @pytest.mark.parametrize("order", list(permutations(range(5))))
    def test_whatever_the_order_nothing_is_asked_for_again(self, ai_agent, order):
        for number in order:
            status, seconds = self.EVENTS[number]
            assert says(status, seconds, **self.end(status)) in (APPLIED, IGNORED)
        call = Call.objects.get()
        assert (call.status, call.started_at, call.notes) == ("completed", NINE, "Wants an offer.")
        assert call.ended_at == after(68)

    def test_the_report_alone_says_it_all(self, ai_agent):
        assert says("report", 75, **self.end("report")) == APPLIED
        call = Call.objects.get()
        assert (call.started_at, call.answered_at, call.ended_at) == (NINE, after(8), after(68))
        assert (call.talk_s, call.notes) == (60, "Wants an offer.")

    def test_what_somebody_wrote_is_not_written_over(self, ai_agent):
        says("in-progress", 8)
        says("ended", 68, endedReason="customer-ended-call")
        Call.objects.update(notes="Mine.")
        assert says("report", 75, **self.end("report")) == IGNORED
        assert Call.objects.get().notes == "Mine."

    def test_inbound_the_ai_agent_answers(self, ai_agent):
        inbound = {"call": {"type": "inboundPhoneCall"}}
        assert says("ringing", 0, **inbound) == APPLIED
        call = Call.objects.get()
        assert (call.direction, call.status, call.queued_at) == ("inbound", "ringing", None)
        assert says("in-progress", 1, **inbound) == APPLIED
        assert says("forwarding", 30, **inbound) == APPLIED
        call.refresh_from_db()
        assert (call.status, call.answered_at) == ("forwarding", after(1))
        assert says("ended", 31, endedReason="assistant-forwarded-call", **inbound) == APPLIED

    @pytest.mark.parametrize("number", [None, "sip:bob@example.com", ""])
    def test_whoever_has_no_number_withholds_it(self, ai_agent, number):
        call = {"type": "webCall", "customer": {"number": number}}
        assert says("in-progress", call=call) == APPLIED
        assert Call.objects.get().phone_number == ""

    @pytest.mark.parametrize(
        ("reason", "status", "outcome"),
        [
            ("customer-busy", "busy", ""),
            ("customer-did-not-answer", "no_answer", ""),
            ("manually-canceled", "canceled", ""),
            ("twilio-failed-to-connect-call", "failed", ""),
            ("call.start.error-get-transport", "failed", ""),
            ("assistant-request-returned-no-assistant", "failed", ""),
            ("vonage-rejected", "failed", ""),
            ("voicemail", "completed", "voicemail"),
            ("silence-timed-out", "completed", ""),
            ("", "completed", ""),
        ],
    )
    def test_why_one_ended_that_was_not_known_to_be_answered(self, ai_agent, reason, status, outcome):
        says("ringing", 2)
        assert says("ended", 30, endedReason=reason) == APPLIED
        call = Call.objects.get()
        assert (call.status, call.outcome, call.ended_at) == (status, outcome, after(30))
        assert says("report", 40, endedReason=reason, endedAt=after(30).isoformat()) == IGNORED

    @pytest.mark.parametrize(
        ("reason", "status"),
        [
            ("customer-ended-call", "completed"),
            ("manually-canceled", "completed"),
            ("customer-busy", "completed"),
            ("pipeline-error-openai-llm-failed", "failed"),
            ("worker-shutdown", "failed"),
        ],
    )
    def test_why_an_answered_one_ended(self, ai_agent, reason, status):
        says("in-progress", 8)
        assert says("ended", 38, endedReason=reason) == APPLIED
        call = Call.objects.get()
        assert (call.status, call.talk_s) == (status, 30)


@pytest.mark.django_db
class TestWhose:
    def test_a_call_that_was_placed_here_is_known(self):
        call = CallFactory(provider="vapi", provider_call_id=ID, direction="outbound", status="queued")
        assert says("in-progress", 8, call={"assistantId": None}) == APPLIED
        call.refresh_from_db()
        assert call.status == "in_progress"

    @pytest.mark.parametrize("assistant", [None, "", "asst_of_nobody"])
    def test_an_unknown_ai_agents_call_is_nobodys(self, assistant):
        assert says("ringing", call={"assistantId": assistant}) == IMPOSSIBLE
        assert WebhookEvent.objects.get().detail
        assert not Call.objects.exists()

    @pytest.mark.parametrize("instant", ["soon", "2026-03-02T09:00:00"])
    def test_an_instant_that_cannot_be_has_failed_and_says_where(self, ai_agent, instant):
        assert says("ringing", call={"createdAt": instant}) == IMPOSSIBLE
        assert "created_at" in WebhookEvent.objects.get().detail
