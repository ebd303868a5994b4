"""The whole dashboard over REST."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from dashboard.access import follows
from dashboard.comprehensive_dashboard import etag_of, matches
from dashboard.definitions import DEFINITIONS
from dashboard.examples import example
from dashboard.merge import merge
from domain.models import Callback, User
from domain.services import callbacks
from realtime.engine import refresher
from realtime.refresher import Refresher
from realtime.sections import compute
from realtime.store import StoreUnavailable
from realtime.stores.memory import MemoryStore
from tests.dashboard.worlds import tenant_world, whole_world
from tests.factories import AdminFactory, AgentFactory, CallbackFactory, TenantFactory

# The snapshot is a connection of its own: what it is to see must be committed.
pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/dashboard/comprehensive/"
# Where a path has no definition: names, identity, and what is not a figure.
SELF_EXPLANATORY = ("dashboard_type", "user_info.", "user_profile.", "positions.", "agent_info.")
SELF_EXPLANATORY_ENDS = (".id", ".name", ".personality_type")


class _NoStore(MemoryStore):
    """A store that is away."""

    def begin(self, scopes: Any) -> Any:
        raise StoreUnavailable


@pytest.fixture(autouse=True)
def _fresh_store(settings: Any) -> Iterator[None]:
    refresher.cache_clear()
    yield
    refresher.cache_clear()


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def get(user: User, **headers: str) -> Any:
    return client_of(user).get(URL, headers=headers)


def test_it_stands_where_clients_look_for_it() -> None:
    assert reverse("comprehensive-dashboard") == URL


@pytest.mark.parametrize("factory", [AdminFactory, TenantFactory, AgentFactory])
def test_everybody_gets_the_merged_documents_of_their_scopes(factory: Any) -> None:
    whole_world(datetime.now(UTC))
    user = factory()
    before = datetime.now(UTC)
    response = get(user)
    body = response.json()
    generated_at = datetime.fromisoformat(body.pop("generated_at"))
    assert before <= generated_at <= datetime.now(UTC)
    assert body.pop("data_freshness") == "real_time"
    assert body.pop("positions").keys() == {scope.kind for scope in follows(user)}
    computed = compute(follows(user), generated_at)
    assert body == json.loads(json.dumps(merge(each.data for each in computed.values())))
    assert body["dashboard_type"] == f"{user.role}_comprehensive"
    assert body["user_info"]["id"] == user.pk


def test_an_agent_has_one_queue_from_two_documents() -> None:
    body = get(AgentFactory(profile=False)).json()
    assert body["queue_information"].keys() == {
        *("total_queue", "waiting_calls", "oldest_waiting_since"),
        *("my_queue", "in_progress", "assigned_tasks"),
    }
    assert body["positions"].keys() == {"role", "team", "user"}


def test_every_commit_before_the_request_is_in_the_answer() -> None:
    tenant = TenantFactory()
    first = get(tenant).json()
    callback = CallbackFactory(owner=tenant)
    second = get(tenant).json()
    assert first["callback_management"]["scheduled_callbacks"] == 0
    assert second["callback_management"]["scheduled_callbacks"] == 1
    callbacks.start_callback(callback=callback)
    assert Callback.objects.get().status == "in_progress"
    assert get(tenant).json()["callback_management"]["scheduled_callbacks"] == 0


def test_a_socket_may_resume_at_its_positions() -> None:
    tenant = TenantFactory()
    body = get(tenant).json()
    loaded = refresher().store.load(follows(tenant))
    assert body["positions"] == {
        scope.kind: {"epoch": head.position.epoch, "version": head.position.version}
        for scope, head in loaded.items()
    }
    CallbackFactory(owner=tenant)
    assert get(tenant).json()["positions"]["user"]["version"] == body["positions"]["user"]["version"] + 1


def test_without_a_store_it_is_computed_and_has_no_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.comprehensive_dashboard.refresher", lambda: Refresher(_NoStore()))
    response = get(TenantFactory())
    assert response.status_code == 200
    assert response.json()["positions"] is None
    assert response.json()["dashboard_type"] == "user_comprehensive"


def test_another_tenants_rows_are_not_in_it() -> None:
    mine, other = tenant_world(now=datetime.now(UTC)), tenant_world(now=datetime.now(UTC))
    for person in (mine.tenant, *mine.agents):
        text = get(person).content.decode()
        for stranger in (other.tenant, *other.agents):
            assert stranger.email not in text
        for row in (*other.tenant.customers.all(), *other.tenant.ai_agents.all()):
            assert row.name not in text


# The same content again.


def test_the_same_content_is_not_sent_again() -> None:
    tenant = TenantFactory()
    tag = get(tenant).headers["ETag"]
    again = get(tenant, **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "no-cache" in again.headers["Cache-Control"]


def test_changed_content_is_sent() -> None:
    tenant = TenantFactory()
    tag = get(tenant).headers["ETag"]
    CallbackFactory(owner=tenant)
    changed = get(tenant, **{"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_no_cache_gives_one_persons_dashboard_to_another() -> None:
    headers = get(TenantFactory()).headers
    assert "private" in headers["Cache-Control"]
    assert "Authorization" in headers["Vary"]


def test_a_tag_does_not_depend_on_the_order_of_keys() -> None:
    assert etag_of({"a": 1, "b": {"c": 2, "d": 3}}) == etag_of({"b": {"d": 3, "c": 2}, "a": 1})
    assert etag_of({"a": 1}) != etag_of({"a": 2})


def test_tags_match_also_when_a_proxy_weakened_them_and_among_several() -> None:
    tag = etag_of({"a": 1})
    assert matches(tag, tag)
    assert matches(f"W/{tag}", tag)
    assert matches(f'"other", {tag}', tag)
    assert matches("*", tag)
    assert not matches("", tag)
    assert not matches('"other"', tag)
    assert not matches("not a tag", tag)


# Refusals.


def test_who_is_not_signed_in_is_refused_in_the_one_shape() -> None:
    response = APIClient().get(URL)
    assert response.status_code == 401
    assert response.json() == {
        "type": "client_error",
        "errors": [
            {
                "code": "not_authenticated",
                "detail": "Authentication credentials were not provided.",
                "attr": None,
            }
        ],
    }


def test_a_role_without_a_dashboard_is_refused() -> None:
    user = TenantFactory()
    user.role = "guest"
    response = get(user)
    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == "permission_denied"


def test_writing_is_refused() -> None:
    response = client_of(TenantFactory()).post(URL, {})
    assert response.status_code == 405
    assert response.json()["errors"][0]["code"] == "method_not_allowed"


# What the documentation says.


def _shape(value: Any) -> Any:
    """The keys of a document, and of the items of its lists."""
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else None


def _fits(real: Any, shown: Any) -> bool:
    """Whether two shapes agree wherever both have something."""
    if isinstance(real, dict) and isinstance(shown, dict):
        return real.keys() == shown.keys() and all(_fits(real[key], shown[key]) for key in real)
    if isinstance(real, list) and isinstance(shown, list):
        return _fits(real[0], shown[0])
    return not isinstance(real, dict) or shown is None


@pytest.mark.parametrize("role", User.Role.values)
def test_the_examples_have_the_shape_of_real_answers(role: str) -> None:
    worlds = whole_world(datetime.now(UTC))
    person = {
        "admin": User.objects.filter(role="admin").get,
        "user": lambda: worlds[0].tenant,
        "agent": lambda: worlds[0].agents[0],
    }[role]()
    real, shown = _shape(get(cast(User, person)).json()), _shape(example(role))
    assert real.keys() == shown.keys()
    differing = {
        key for key in real if key != "alerts" and key != "quick_actions" and not _fits(real[key], shown[key])
    }
    assert differing == set()


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    windowed = isinstance(value, dict) and ("all" in value or "change_pct" in value)
    if isinstance(value, dict) and not windowed:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else key)
    else:
        yield path


def test_every_figure_of_every_role_has_a_definition_and_every_definition_a_figure() -> None:
    leaves = {leaf for role in User.Role.values for leaf in _leaves(example(role))}
    figures = {
        leaf
        for leaf in leaves
        if leaf in DEFINITIONS
        or not (leaf.startswith(SELF_EXPLANATORY) or leaf.endswith(SELF_EXPLANATORY_ENDS))
    }
    assert figures == DEFINITIONS.keys()


def test_definitions_are_served_to_whoever_is_signed_in() -> None:
    response = client_of(AgentFactory()).get("/api/dashboard/definitions/")
    assert response.json() == DEFINITIONS
    assert APIClient().get("/api/dashboard/definitions/").status_code == 401


def test_the_schema_shows_an_example_per_role() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    answer = schema["paths"][URL]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["examples"].keys() == {"Admin", "User", "Agent"}
