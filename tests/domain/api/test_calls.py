"""Calls over REST: who sees, answers and ends which, and what alerts link to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from domain.gateways import PlacedCall
from domain.models import AgentState, Call, QueueEntry
from tests.domain.api import gateways
from tests.factories import AgentFactory, AIAgentFactory, CallFactory, CustomerFactory, QueueEntryFactory


@pytest.fixture
def waiting(tenant):
    return QueueEntryFactory(owner=tenant).call


@pytest.fixture
def talking(agent):
    call = CallFactory(status="in_progress", agent=agent)
    AgentState.objects.filter(agent=agent).update(state="on_call")
    return call


# Who sees what.


def test_each_role_sees_its_calls(admin_api, tenant_api, agent_api, agent, waiting, stranger):
    mine = CallFactory(agent=agent, started_at=timezone.now() - timedelta(minutes=1))
    colleagues = CallFactory(
        agent=AgentFactory(owner=agent.owner), started_at=timezone.now() - timedelta(minutes=2)
    )
    foreign = CallFactory(owner=stranger, started_at=timezone.now() - timedelta(minutes=3))
    foreign_waiting = QueueEntryFactory(owner=stranger, since=timezone.now() - timedelta(minutes=4)).call
    every = [waiting, mine, colleagues, foreign, foreign_waiting]
    assert admin_api.ids("calls/") == [call.pk for call in every]
    assert tenant_api.ids("calls/") == [waiting.pk, mine.pk, colleagues.pk]
    assert agent_api.ids("calls/") == [waiting.pk, mine.pk]


def test_a_call_of_another_tenant_does_not_exist(tenant_api, agent_api, admin_api, stranger, refuses):
    foreign = CallFactory(owner=stranger)
    foreign_waiting = QueueEntryFactory(owner=stranger).call
    with refuses(404, "not_found") as answer:
        answer(tenant_api.get(f"calls/{foreign.pk}/"))
        answer(agent_api.get(f"calls/{foreign.pk}/"))
        answer(agent_api.post(f"calls/{foreign_waiting.pk}/answer/"))
        answer(tenant_api.post(f"calls/{foreign.pk}/end/", {"outcome": "converted"}))
        answer(admin_api.get("calls/123456789/"))
        answer(admin_api.get(f"calls/{10**30}/"))
    assert admin_api.get(f"calls/{foreign.pk}/").json()["id"] == foreign.pk


def test_without_a_token_nothing_is_told(nobody_api, waiting, refuses):
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("calls/"))
        answer(nobody_api.get(f"calls/{waiting.pk}/"))
        answer(nobody_api.post("calls/", {"phone_number": "+14155550123"}))
        answer(nobody_api.post(f"calls/{waiting.pk}/answer/"))
        answer(nobody_api.post(f"calls/{waiting.pk}/end/", {"outcome": "converted"}))


def test_a_call_names_everybody_in_it(tenant_api, agent, tenant):
    customer = CustomerFactory(owner=tenant, name="Grace Hoang")
    call = CallFactory(agent=agent, customer=customer)
    body = tenant_api.get(f"calls/{call.pk}/").json()
    assert body["customer_name"] == "Grace Hoang"
    assert body["agent_name"] == agent.full_name
    assert body["ai_agent_name"] is None
    assert body["owner_email"] == tenant.email


# Filters, as the alerts link to them.


def test_a_call_says_at_whom_it_rings(tenant_api, agent_api, agent, tenant, waiting):
    ringing = QueueEntryFactory(status="assigned", assigned_agent=agent).call
    body = tenant_api.get(f"calls/{ringing.pk}/").json()
    assert (body["ringing_agent"], body["ringing_agent_name"]) == (agent.pk, agent.full_name)
    assert tenant_api.get(f"calls/{waiting.pk}/").json()["ringing_agent"] is None
    answered = agent_api.post(f"calls/{ringing.pk}/answer/").json()
    assert (answered["ringing_agent"], answered["agent"]) == (None, agent.pk)
    never_queued = CallFactory(owner=tenant, direction="outbound", status="ringing")
    assert tenant_api.get(f"calls/{never_queued.pk}/").json()["ringing_agent_name"] is None


def test_live_calls_of_a_provider(admin_api):
    live = CallFactory(status="in_progress", provider="twilio")
    CallFactory(status="in_progress", provider="vapi")
    ended = CallFactory(provider="twilio")
    assert admin_api.ids("calls/", live="1", provider="twilio") == [live.pk]
    assert admin_api.ids("calls/", live="false") == [ended.pk]


def test_calls_by_status_one_or_several(admin_api, waiting):
    CallFactory()
    busy = CallFactory(status="busy", started_at=timezone.now() - timedelta(hours=1))
    assert admin_api.ids("calls/", status="queued") == [waiting.pk]
    assert admin_api.ids("calls/", status=["queued", "busy"]) == [waiting.pk, busy.pk]


def test_calls_by_what_they_are_about(admin_api, agent, tenant):
    customer = CustomerFactory(owner=tenant, name="Grace Hoang", phone="+14155550177")
    then = timezone.now() - timedelta(days=1)
    call = CallFactory(agent=agent, customer=customer, outcome="interested", started_at=then)
    other = CallFactory(direction="outbound")
    for query in (
        {"agent": agent.pk},
        {"customer": customer.pk},
        {"owner": tenant.pk},
        {"outcome": "interested"},
        {"direction": "inbound"},
        {"search": "hoang"},
        {"search": "50177"},
        {"started_before": (then + timedelta(seconds=1)).isoformat()},
    ):
        assert admin_api.ids("calls/", **query) == [call.pk], query
    assert admin_api.ids("calls/", started_from=(then + timedelta(seconds=1)).isoformat()) == [other.pk]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("status", "done", "invalid_choice"),
        ("direction", "sideways", "invalid_choice"),
        ("live", "maybe", "invalid"),
        ("agent", "me", "invalid"),
        ("agent", "0", "min_value"),
        ("agent", str(10**30), "max_value"),
        ("started_from", "yesterday", "invalid"),
        ("started_from", "2026-01-01T00:00:00", "invalid"),
        ("started_from", "0001-01-01T00:00:00+14:00", "invalid"),
        ("search", "x" * 101, "max_length"),
        ("search", "\0", "null_characters_not_allowed"),
        ("ordering", "notes", "unknown_field"),
        ("ordering", "owner__password", "unknown_field"),
        ("ordering", ",", "unknown_field"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(admin_api, refuses, name, value, code):
    with refuses(400, code, name) as answer:
        answer(admin_api.get("calls/", **{name: value}))


# Order and pages.


def test_calls_come_newest_first_or_as_asked(admin_api):
    now = timezone.now()
    calls = [CallFactory(started_at=now - timedelta(minutes=minutes)) for minutes in (2, 1, 3)]
    newest, middle, oldest = calls[1].pk, calls[0].pk, calls[2].pk
    assert admin_api.ids("calls/") == [newest, middle, oldest]
    assert admin_api.ids("calls/", ordering="started_at") == [oldest, middle, newest]
    assert admin_api.ids("calls/", ordering="status,-id") == sorted([newest, middle, oldest], reverse=True)


def test_pages_of_25_by_default_and_of_at_most_200(admin_api, tenant, refuses):
    CallFactory.create_batch(27, owner=tenant)
    first = admin_api.get("calls/").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (27, 25, None)
    assert first["next"].endswith("/api/calls/?page=2")
    second = admin_api.get("calls/", page=2).json()
    assert (len(second["results"]), second["next"]) == (2, None)
    assert {row["id"] for row in first["results"]}.isdisjoint(row["id"] for row in second["results"])
    assert len(admin_api.get("calls/", page_size=10).json()["results"]) == 10
    assert len(admin_api.get("calls/", page_size=100_000).json()["results"]) == 27
    with refuses(404, "not_found") as answer:
        answer(admin_api.get("calls/", page=3))
        answer(admin_api.get("calls/", page="x"))
    with refuses(400, "invalid", "page_size") as answer:
        for size in ("x", "true", "0", "-1", "1.5", "٣", "9" * 5000):
            answer(admin_api.get("calls/", page_size=size))


# Starting.


@pytest.fixture
def ai_agent(tenant):
    return AIAgentFactory(owner=tenant, provider_agent_id="nova-1")


@pytest.mark.parametrize("by", ["customer", "phone_number"])
def test_a_tenants_ai_agent_calls_a_customer(tenant_api, tenant, ai_agent, telephony, by):
    customer = CustomerFactory(owner=tenant)
    body = {"customer": customer.pk} if by == "customer" else {"phone_number": customer.phone}
    response = tenant_api.post("calls/", body)
    assert (response.status_code, response.json()["status"]) == (201, "queued")
    call = Call.objects.get(pk=response.json()["id"])
    assert (call.owner, call.customer, call.ai_agent) == (tenant, customer, ai_agent)
    assert (call.direction, call.provider, call.phone_number) == ("outbound", "vapi", customer.phone)
    assert telephony.placed == [{"phone_number": customer.phone, "agent": "nova-1"}]


def test_without_a_provider_no_call_is_placed(tenant_api, ai_agent, refuses):
    with refuses(409, "not_configured") as answer:
        answer(tenant_api.post("calls/", {"phone_number": "+14155550123"}))


def test_a_provider_that_fails_leaves_no_call(tenant_api, ai_agent, telephony, refuses):
    telephony.fails = True
    with refuses(502, "gateway_failed") as answer:
        answer(tenant_api.post("calls/", {"phone_number": "+14155550123"}))


def test_nobody_is_called_without_a_ready_ai_agent(tenant_api, tenant, telephony, refuses):
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post("calls/", {"phone_number": "+14155550123"}))
    AIAgentFactory(owner=tenant, training_level=19)
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post("calls/", {"phone_number": "+14155550123"}))
    assert telephony.placed == []


def test_who_asked_not_to_be_called_is_not_called(tenant_api, tenant, ai_agent, telephony, refuses):
    customer = CustomerFactory(owner=tenant, is_do_not_call=True)
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post("calls/", {"customer": customer.pk}))
        answer(tenant_api.post("calls/", {"phone_number": customer.phone}))
    assert telephony.placed == []


def test_an_event_that_is_faster_than_the_answer_makes_one_call(
    tenant_api, tenant, ai_agent, telephony, monkeypatch
):
    def place_call(self, *, phone_number, provider_agent_id):
        known = CallFactory(owner=tenant, provider="vapi", provider_call_id="known", status="ringing")
        return PlacedCall(known.provider, known.provider_call_id)

    monkeypatch.setattr(gateways.RecordingCalls, "place_call", place_call)
    response = tenant_api.post("calls/", {"phone_number": "+14155550123"})
    assert (response.status_code, response.json()["status"]) == (201, "ringing")
    assert Call.objects.get().pk == response.json()["id"]


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "one_of_two", "phone_number"),
        ({"customer": 123456789}, "does_not_exist", "customer"),
        ({"customer": "1"}, "invalid", "customer"),
        ({"phone_number": "911"}, "invalid", "phone_number"),
        ({"phone_number": ""}, "blank", "phone_number"),
    ],
)
def test_an_order_that_names_nobody_is_refused(tenant_api, ai_agent, telephony, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.post("calls/", body))


def test_a_foreign_customer_and_two_at_once_are_refused(tenant_api, tenant, ai_agent, telephony, refuses):
    foreign = CustomerFactory()
    with refuses(400, "does_not_exist", "customer") as answer:
        answer(tenant_api.post("calls/", {"customer": foreign.pk}))
    both = {"customer": CustomerFactory(owner=tenant).pk, "phone_number": "+14155550123"}
    with refuses(400, "one_of_two", "phone_number") as answer:
        answer(tenant_api.post("calls/", both))


def test_only_tenants_start_calls(admin_api, agent_api, telephony, refuses):
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.post("calls/", {"phone_number": "+14155550123"}))
        answer(agent_api.post("calls/", {"phone_number": "+14155550123"}))


# Answering.


def test_an_agent_answers_a_waiting_call(agent_api, agent, waiting):
    response = agent_api.post(f"calls/{waiting.pk}/answer/")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["agent"]) == ("in_progress", agent.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.agent) == ("in_progress", agent)
    assert waiting.answered_at is not None
    assert waiting.queue_entry.status == QueueEntry.Status.COMPLETED
    assert AgentState.objects.get(agent=agent, until=None).state == "on_call"


def test_only_agents_answer(admin_api, tenant_api, waiting, refuses):
    with refuses(403, "permission_denied") as answer:
        answer(tenant_api.post(f"calls/{waiting.pk}/answer/"))
        answer(admin_api.post(f"calls/{waiting.pk}/answer/"))


def test_a_call_is_answered_once(agent_api, agent, tenant, refuses):
    taken = QueueEntryFactory(status="completed", assigned_agent=AgentFactory(owner=tenant)).call
    with refuses(409, "illegal_transition") as answer:
        answer(agent_api.post(f"calls/{taken.pk}/answer/"))


def test_what_is_offered_to_another_or_finds_the_agent_away_is_not_answered(
    agent_api, agent, tenant, waiting, refuses
):
    offered = QueueEntryFactory(status="assigned", assigned_agent=AgentFactory(owner=tenant)).call
    with refuses(409, "conflict") as answer:
        answer(agent_api.post(f"calls/{offered.pk}/answer/"))
    AgentState.objects.filter(agent=agent).update(state="break")
    with refuses(409, "conflict") as answer:
        answer(agent_api.post(f"calls/{waiting.pk}/answer/"))


def test_an_outbound_call_is_not_for_agents_to_answer(agent_api, tenant, refuses):
    outbound = CallFactory(owner=tenant, direction="outbound", status="ringing")
    with refuses(404, "not_found") as answer:
        answer(agent_api.post(f"calls/{outbound.pk}/answer/"))


# Ending.


def test_an_agent_ends_their_call_with_what_came_of_it(agent_api, agent, talking):
    body = {"outcome": "interested", "satisfaction": 4, "notes": "Wants an offer."}
    response = agent_api.post(f"calls/{talking.pk}/end/", body)
    assert response.status_code == 200
    talking.refresh_from_db()
    assert talking.status == response.json()["status"] == "completed"
    assert (talking.outcome, talking.satisfaction, talking.notes) == ("interested", 4, "Wants an offer.")
    assert AgentState.objects.get(agent=agent, until=None).state == "wrap_up"


def test_a_tenant_ends_its_call_with_an_outcome_alone(tenant_api, talking):
    assert tenant_api.post(f"calls/{talking.pk}/end/", {"outcome": "not_interested"}).status_code == 200
    talking.refresh_from_db()
    assert (talking.status, talking.outcome) == ("completed", "not_interested")


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "outcome"),
        ({"outcome": ""}, "invalid_choice", "outcome"),
        ({"outcome": "bored"}, "invalid_choice", "outcome"),
        ({"outcome": "converted", "satisfaction": 6}, "max_value", "satisfaction"),
        ({"outcome": "converted", "satisfaction": 0}, "min_value", "satisfaction"),
        ({"outcome": "converted", "notes": "x" * 2001}, "max_length", "notes"),
        ([], "invalid", "non_field_errors"),
    ],
)
def test_an_end_that_says_nothing_sensible_is_refused(agent_api, talking, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(agent_api.post(f"calls/{talking.pk}/end/", body))


def test_what_is_not_json_is_refused(agent_api, talking, refuses):
    path = f"/api/calls/{talking.pk}/end/"
    with refuses(400, "parse_error") as answer:
        answer(agent_api.client.post(path, "{", content_type="application/json"))
    with refuses(415, "unsupported_media_type") as answer:
        answer(agent_api.client.post(path, "outcome=converted", content_type="text/plain"))


def test_a_call_that_is_not_talked_on_cannot_be_ended(agent_api, tenant_api, waiting, tenant, refuses):
    over = CallFactory(owner=tenant)
    with refuses(409, "illegal_transition") as answer:
        answer(agent_api.post(f"calls/{waiting.pk}/end/", {"outcome": "converted"}))
        answer(tenant_api.post(f"calls/{over.pk}/end/", {"outcome": "converted"}))


def test_a_colleagues_call_does_not_exist_and_admins_only_watch(agent_api, admin_api, tenant, refuses):
    other = CallFactory(status="in_progress", agent=AgentFactory(owner=tenant))
    with refuses(404, "not_found") as answer:
        answer(agent_api.post(f"calls/{other.pk}/end/", {"outcome": "converted"}))
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.post(f"calls/{other.pk}/end/", {"outcome": "converted"}))


def test_calls_are_neither_changed_nor_deleted(admin_api, refuses):
    call = CallFactory()
    with refuses(405, "method_not_allowed") as answer:
        answer(admin_api.patch(f"calls/{call.pk}/", {"status": "queued"}))
        answer(admin_api.delete(f"calls/{call.pk}/"))
    assert Call.objects.filter(pk=call.pk).exists()
