"""Events of telephony providers: each at its own instant, in any order, never against what is known."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from domain.ingestion.intake import take_in
from domain.models import Call, Callback, WebhookEvent
from tests.factories import AgentFactory, AIAgentFactory, CallFactory, CustomerFactory, TenantFactory

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Line:
    """A provider that reports on one call."""

    def __init__(self) -> None:
        self.tenant = TenantFactory()
        self.agent = AgentFactory(owner=self.tenant, state="available")
        self.sent = 0

    def says(self, type_: str, after: float = 0, key: str = "", **fields: Any) -> tuple[str, bool]:
        """What became of an event that happened ``after`` seconds, and whether it should come again."""
        self.sent += 1
        event = {
            "id": key or f"evt_{self.sent}",
            "type": f"call.{type_}",
            "at": (NINE + timedelta(seconds=after)).isoformat(),
            "call": "CA1",
            **fields,
        }
        receipt = take_in(provider="vapi", event_key=event["id"], payload=event)
        return receipt.event.status, receipt.again

    def starts(self, **fields: Any) -> tuple[str, bool]:
        about = {"tenant": self.tenant.pk, "direction": "inbound", "phone_number": "+14155550123"}
        return self.says("started", **{**about, **fields})

    @property
    def call(self) -> Call:
        return Call.objects.get()

    @property
    def detail(self) -> str:
        return WebhookEvent.objects.latest("pk").detail


APPLIED, IGNORED, IMPOSSIBLE, TOO_EARLY = (
    ("applied", False),
    ("ignored", False),
    ("failed", False),
    ("failed", True),
)


@pytest.fixture
def line():
    return Line()


class TestStarted:
    def test_inbound_waits_and_knows_the_customer(self, line):
        customer = CustomerFactory(owner=line.tenant, phone="+14155550123")
        CustomerFactory(phone="+14155550123")  # of another tenant
        assert line.starts(priority=1) == APPLIED
        call = line.call
        assert (call.status, call.customer, call.queued_at, call.started_at) == (
            "queued",
            customer,
            NINE,
            NINE,
        )
        assert (call.provider, call.provider_call_id) == ("vapi", "CA1")
        assert (call.queue_entry.status, call.queue_entry.priority) == ("waiting", 1)

    def test_inbound_to_the_ai_agent_rings_without_waiting(self, line):
        ai_agent = AIAgentFactory(owner=line.tenant, provider_agent_id="asst_1")
        assert line.starts(ai_agent="asst_1", queued=False) == APPLIED
        assert (line.call.status, line.call.ai_agent, line.call.queued_at) == ("ringing", ai_agent, None)

    def test_outbound(self, line):
        assert line.starts(direction="outbound") == APPLIED
        assert line.says("ringing", 2) == APPLIED
        assert line.says("answered", 9) == APPLIED
        assert line.says("ended", 69, outcome="converted") == APPLIED
        assert (line.call.status, line.call.outcome, line.call.talk_s) == ("completed", "converted", 60)

    def test_a_call_that_was_placed_here_is_known(self, line):
        CallFactory(provider="vapi", provider_call_id="CA1", direction="outbound", status="queued")
        assert line.starts(direction="outbound") == IGNORED
        assert Call.objects.count() == 1

    def test_the_same_call_id_of_another_provider_is_another_call(self, line):
        CallFactory(provider="twilio", provider_call_id="CA1")
        assert line.starts() == APPLIED

    @pytest.mark.parametrize(
        ("wrong", "named"),
        [
            ({"tenant": 123456789}, "tenant"),
            ({"tenant": "7"}, "tenant"),
            ({"direction": "sideways"}, "direction"),
            ({"phone_number": "0800"}, "E.164"),
            ({"phone_number": None}, "phone_number"),
            ({"phone_number": ""}, "Whom to call"),
            ({"ai_agent": "asst_of_nobody"}, "AI agent"),
            ({"priority": 6}, "priority"),
            ({"at": "2026-03-02T09:00:00"}, "at"),
            ({"at": "1970-01-01T00:00:00Z"}, "happened"),
            ({"at": 1_772_409_600}, "at"),
            ({"call": ""}, "call"),
            ({"type": "call.vanished"}, "call.vanished"),
        ],
    )
    def test_what_cannot_be_has_failed_and_says_why(self, line, wrong, named):
        assert line.starts(direction=wrong.pop("direction", "outbound"), **wrong) == IMPOSSIBLE
        assert named in line.detail
        assert not Call.objects.exists()

    def test_an_agent_is_not_a_tenant(self, line):
        assert line.starts(tenant=line.agent.pk) == IMPOSSIBLE

    def test_what_has_not_happened_yet_is_not_believed(self, line):
        soon = timezone.now() + timedelta(minutes=6)
        assert line.starts(at=soon.isoformat()) == IMPOSSIBLE
        assert line.starts(at=(timezone.now() + timedelta(minutes=4)).isoformat()) == APPLIED

    def test_another_tenants_agents_are_nobody(self, line):
        theirs = AgentFactory(state="available")
        AIAgentFactory(owner=theirs.owner, provider_agent_id="asst_1")
        assert line.starts(ai_agent="asst_1") == IMPOSSIBLE
        assert line.starts() == APPLIED
        for type_ in ("offered", "answered"):
            assert line.says(type_, 5, agent=theirs.pk) == IMPOSSIBLE
        assert line.call.status == "queued"


class TestLife:
    def test_offered_returned_offered_and_answered(self, line):
        line.starts()
        assert line.says("offered", 3, agent=line.agent.pk) == APPLIED
        assert line.call.queue_entry.assigned_agent == line.agent
        assert line.says("returned", 15) == APPLIED
        assert line.call.queue_entry.status == "waiting"
        assert line.says("offered", 16, agent=line.agent.pk) == APPLIED
        assert line.says("answered", 18) == APPLIED
        assert (line.call.agent, line.call.queue_entry.status) == (line.agent, "completed")

    def test_forwarded_and_taken_over(self, line):
        colleague = AgentFactory(owner=line.tenant, state="available")
        line.starts()
        line.says("answered", 5, agent=line.agent.pk)
        assert line.says("forwarded", 10) == APPLIED
        assert line.says("taken_over", 12, agent=colleague.pk) == APPLIED
        assert (line.call.agent, line.call.status) == (colleague, "in_progress")

    @pytest.mark.parametrize("reason", ["busy", "no_answer", "failed"])
    def test_missed(self, line, reason):
        line.starts(direction="outbound")
        line.says("ringing", 1)
        assert line.says("missed", 30, reason=reason) == APPLIED
        assert (line.call.status, line.call.ended_reason) == (reason, reason)

    def test_a_caller_who_would_rather_be_called_back(self, line):
        line.starts()
        due = timezone.now() + timedelta(hours=2)
        answer = line.says("callback_requested", 40, due_at=due.isoformat(), reason="An offer", priority=2)
        assert answer == APPLIED
        callback = Callback.objects.get()
        assert (callback.owner, callback.due_at, callback.priority) == (line.tenant, due, 2)
        assert line.call.queue_entry.status == "callback"

    def test_nobodys_availability_is_asked(self, line):
        away = AgentFactory(owner=line.tenant, state="offline")
        line.starts()
        assert line.says("answered", 5, agent=away.pk) == APPLIED


class TestOrder:
    EVENTS = (
        ("started", 0, {}),
        ("offered", 3, {"agent": True}),
        ("answered", 8, {}),
        ("ended", 68, {"outcome": "interested"}),
    )

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_whatever_the_order_all_arrive_at_the_same(self, line, order):
        """Each is sent again as long as that is asked for, as providers do."""
        waiting = list(order)
        for _ in range(len(order)):
            again = []
            for number in waiting:
                type_, after, fields = self.EVENTS[number]
                more = {"agent": line.agent.pk} if fields.get("agent") else fields
                # The answer names its agent, so that nothing is lost when the offer comes too late.
                if type_ == "answered":
                    more = {"agent": line.agent.pk}
                if type_ == "started":
                    more = {"tenant": line.tenant.pk, "direction": "inbound", "phone_number": "+14155550123"}
                if line.says(type_, after, key=f"evt_{number}", **more)[1]:
                    again.append(number)
            waiting = again
        assert waiting == []
        call = line.call
        assert (call.status, call.outcome, call.agent) == ("completed", "interested", line.agent)
        assert (call.queued_at, call.answered_at) == (NINE, NINE + timedelta(seconds=8))
        assert (call.ended_at, call.talk_s) == (NINE + timedelta(seconds=68), 60)
        assert not WebhookEvent.objects.filter(status="failed").exists()

    def test_of_a_call_that_is_over_old_news_is_ignored(self, line):
        line.starts()
        line.says("answered", 8, agent=line.agent.pk)
        line.says("ended", 68)
        for late in (("offered", 3), ("answered", 8), ("ended", 70)):
            assert line.says(*late, agent=line.agent.pk) == IGNORED
        assert line.says("returned", 5) == IGNORED
        assert line.says("forwarded", 20) == IGNORED

    def test_what_contradicts_the_end_has_failed_for_good(self, line):
        line.starts()
        line.says("abandoned", 30)
        before = Call.objects.values().get()
        assert line.says("answered", 20, agent=line.agent.pk) == IMPOSSIBLE
        assert line.says("ended", 40) == IMPOSSIBLE
        assert line.says("offered", 50, agent=line.agent.pk) == IMPOSSIBLE
        assert "is over" in line.detail
        assert line.says("abandoned", 31) == IGNORED
        assert Call.objects.values().get() == before

    def test_of_an_answered_call_the_ringing_is_old_news(self, line):
        line.starts(direction="outbound")
        line.says("answered", 8)
        assert line.says("ringing", 2) == IGNORED

    def test_what_leads_there_may_still_come(self, line):
        line.starts()
        assert line.says("ended", 60, key="end") == TOO_EARLY
        assert line.says("taken_over", 20, agent=line.agent.pk) == TOO_EARLY
        assert line.call.status == "queued"
        line.says("answered", 8, agent=line.agent.pk)
        assert line.says("ended", 60, key="end") == APPLIED

    def test_a_failed_event_that_is_sent_again_changes_nothing_more(self, line):
        assert line.says("ended", key="end") == TOO_EARLY
        before = WebhookEvent.objects.values().get()
        assert line.says("ended", key="end") == TOO_EARLY
        assert WebhookEvent.objects.values().get() == before
