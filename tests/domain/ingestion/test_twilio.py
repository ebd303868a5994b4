"""Twilio's own status callbacks: whichever of them arrive, in whatever order, the call is what they say."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest

from domain.errors import InvalidInput
from domain.ingestion import twilio
from domain.ingestion.intake import take_in
from domain.models import Call, WebhookEvent
from tests.factories import AgentFactory, CallFactory, TenantFactory

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SID = "CA" + "1" * 32
APPLIED, IGNORED, IMPOSSIBLE = ("applied", False), ("ignored", False), ("failed", False)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def form(status: str, seconds: float = 0, **fields: str) -> bytes:
    """A callback as Twilio writes it, with some of what is not read."""
    return urlencode(
        {
            "Called": "+14155550123",
            "ToState": "CA",
            "CallerCountry": "US",
            "Direction": "outbound-api",
            "Timestamp": format_datetime(after(seconds)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "0",
            "CallSid": SID,
            "To": "+14155550123",
            "From": "+14155550100",
            "CallStatus": status,
            "ApiVersion": "2010-04-01",
            **fields,
        }
    ).encode()


class Line:
    """Twilio, reporting to the address of one tenant."""

    def __init__(self, tenant: Any = None) -> None:
        self.tenant = tenant or TenantFactory()
        self.url = f"https://switchboard.example.com/api/webhooks/twilio/?tenant={self.tenant.pk}"

    def says(self, status: str, seconds: float = 0, **fields: str) -> tuple[str, bool]:
        key, payload = twilio.parse(form(status, seconds, **fields), self.url, NINE.timestamp())
        receipt = take_in(provider="twilio", event_key=key, payload=payload)
        return receipt.event.status, receipt.again


@pytest.fixture
def line() -> Line:
    return Line()


class TestRead:
    def test_what_is_kept_is_what_is_read(self):
        key, kept = twilio.parse(form("completed", 60, CallDuration="49"), "https://x/?tenant=7", 0)
        assert key == f"{SID}:completed"
        assert kept == {
            "id": key,
            "type": "twilio.status",
            "call": SID,
            "status": "completed",
            "at": "2026-03-02T09:01:00+00:00",
            "direction": "outbound-api",
            "caller": "+14155550100",
            "called": "+14155550123",
            "parent": "",
            "duration": 49,
            "tenant": 7,
        }

    def test_without_an_instant_it_happened_when_it_came(self):
        for text in ("", "yesterday", "Mon, 02 Mar 2026 09:00:00"):
            _, kept = twilio.parse(form("ringing", Timestamp=text), "https://x/", NINE.timestamp())
            assert kept["at"] == NINE.isoformat()

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"{}", b"\xff", b"CallSid=CA1", b"CallStatus=ringing", b"CallSid=&CallStatus=ringing"),
            *(b"CallSid=CA%00&CallStatus=ringing", b"CallSid=" + b"C" * 101 + b"&CallStatus=ringing"),
            b"&".join([b"a=1"] * 300),
        ],
    )
    def test_what_is_no_callback_is_refused(self, body):
        with pytest.raises(InvalidInput):
            twilio.parse(body, "https://x/", 0)


@pytest.mark.django_db
class TestOutbound:
    EVENTS = (("initiated", 0), ("ringing", 2), ("in-progress", 8), ("completed", 68))

    def test_from_being_placed_to_its_end(self, line):
        statuses = []
        for status, seconds in self.EVENTS:
            more = {"CallDuration": "60"} if status == "completed" else {}
            assert line.says(status, seconds, **more) == APPLIED
            statuses.append(Call.objects.get().status)
        assert statuses == ["queued", "ringing", "in_progress", "completed"]
        call = Call.objects.get()
        assert (call.owner, call.direction, call.provider) == (line.tenant, "outbound", "twilio")
        assert (call.provider_call_id, call.phone_number) == (SID, "+14155550123")
        assert (call.started_at, call.answered_at, call.ended_at) == (NINE, after(8), after(68))
        assert (call.talk_s, call.ended_reason) == (60, "hangup")

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_whatever_the_order_nothing_is_asked_for_again(self, line, order):
        for number in order:
            status, seconds = self.EVENTS[number]
            more = {"CallDuration": "60"} if status == "completed" else {}
            assert line.says(status, seconds, **more) in (APPLIED, IGNORED)
        call = Call.objects.get()
        assert (call.status, call.answered_at, call.ended_at, call.talk_s) == (
            "completed",
            after(8),
            after(68),
            60,
        )

    def test_the_end_alone_says_it_all(self, line):
        assert line.says("completed", 68, CallDuration="60") == APPLIED
        call = Call.objects.get()
        assert (call.started_at, call.answered_at, call.ended_at) == (after(8), after(8), after(68))

    @pytest.mark.parametrize(
        ("said", "status", "reason"),
        [
            ("busy", "busy", "busy"),
            ("no-answer", "no_answer", "no_answer"),
            ("failed", "failed", "failed"),
            ("canceled", "canceled", "canceled"),
        ],
    )
    def test_what_came_to_nothing(self, line, said, status, reason):
        line.says("ringing", 2)
        assert line.says(said, 30, CallDuration="0") == APPLIED
        call = Call.objects.get()
        assert (call.status, call.ended_reason, call.answered_at, call.ended_at) == (
            status,
            reason,
            None,
            after(30),
        )
        assert (
            line.says("ringing", 2) == APPLIED
        )  # as it was: what is known by its key is not looked at again
        assert line.says("initiated", 0) == IGNORED

    def test_a_call_that_was_placed_here_needs_no_tenant(self, line):
        call = CallFactory(provider="twilio", provider_call_id=SID, direction="outbound", status="queued")
        line.url = "https://switchboard.example.com/api/webhooks/twilio/"
        assert line.says("in-progress", 8) == APPLIED
        call.refresh_from_db()
        assert call.status == "in_progress"

    def test_of_an_unknown_one_somebody_has_to_be_the_tenant(self, line):
        for query in ("", "?tenant=", "?tenant=me", "?tenant=123456789", f"?tenant={'9' * 30}"):
            line.url = f"https://switchboard.example.com/api/webhooks/twilio/{query}"
            assert line.says("ringing") == IMPOSSIBLE
        assert "enant" in WebhookEvent.objects.get().detail
        assert not Call.objects.exists()


@pytest.mark.django_db
class TestInbound:
    def test_it_does_not_wait_in_our_queue(self, line):
        inbound = {"Direction": "inbound", "From": "+14155550199", "To": "+14155550100"}
        assert line.says("ringing", 0, **inbound) == APPLIED
        call = Call.objects.get()
        assert (call.status, call.direction, call.phone_number, call.queued_at) == (
            "ringing",
            "inbound",
            "+14155550199",
            None,
        )
        assert line.says("in-progress", 1, **inbound) == APPLIED
        assert line.says("completed", 31, CallDuration="30", **inbound) == APPLIED
        call.refresh_from_db()
        assert (call.status, call.talk_s) == ("completed", 30)

    @pytest.mark.parametrize("caller", ["anonymous", "client:bob", "sip:bob@example.com", ""])
    def test_whoever_has_no_number_withholds_it(self, line, caller):
        assert line.says("ringing", Direction="inbound", From=caller) == APPLIED
        assert Call.objects.get().phone_number == ""

    def test_the_leg_to_whom_it_is_put_through_is_no_call_of_its_own(self, line):
        line.says("in-progress", Direction="inbound")
        leg = {"CallSid": "CA" + "2" * 32, "ParentCallSid": SID, "Direction": "outbound-dial"}
        assert line.says("ringing", 5, **leg) == IGNORED
        assert Call.objects.count() == 1


@pytest.mark.django_db
class TestInAQueue:
    """Who runs a queue reports it with call events; Twilio knows only that the caller has gone."""

    @pytest.fixture
    def waiting(self, line) -> Any:
        event = {
            "id": "evt_1",
            "type": "call.started",
            "at": NINE.isoformat(),
            "call": SID,
            "tenant": line.tenant.pk,
            "direction": "inbound",
            "phone_number": "+14155550199",
        }
        take_in(provider="twilio", event_key="evt_1", payload=event)
        return Call.objects.get()

    def test_the_queue_says_who_answers(self, line, waiting):
        assert line.says("in-progress", 1, Direction="inbound") == IGNORED
        waiting.refresh_from_db()
        assert waiting.status == "queued"

    def test_a_caller_who_hangs_up_has_left_it(self, line, waiting):
        assert line.says("completed", 40, Direction="inbound", CallDuration="40") == APPLIED
        waiting.refresh_from_db()
        assert (waiting.status, waiting.ended_reason, waiting.queue_entry.status) == (
            "canceled",
            "abandoned",
            "abandoned",
        )
        assert waiting.ended_at == after(40)

    def test_the_end_of_an_answered_one_is_the_end(self, line, waiting):
        agent = AgentFactory(owner=line.tenant, state="available")
        answered = {"id": "evt_2", "type": "call.answered", "at": after(10).isoformat(), "call": SID}
        take_in(provider="twilio", event_key="evt_2", payload={**answered, "agent": agent.pk})
        assert line.says("completed", 70, Direction="inbound") == APPLIED
        waiting.refresh_from_db()
        assert (waiting.status, waiting.agent, waiting.talk_s) == ("completed", agent, 60)
