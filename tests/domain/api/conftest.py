"""One tenant's people and somebody else's, each with a program that is signed in as them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.sessions import sign_in
from domain.models import User
from tests.domain.api import gateways
from tests.domain.api.gateways import Orders
from tests.domain.api.webhooks import HEADERS, SECRET
from tests.domain.conftest import every_row
from tests.factories import PASSWORD, AdminFactory, AgentFactory, TenantFactory


class Api:
    """JSON in, JSON out, signed in as ``user``."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self.client = APIClient(raise_request_exception=False)
        if user is not None:
            token = sign_in(user.email, PASSWORD, timezone.now()).access
            self.headers = {"Authorization": f"Bearer {token}"}
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(path: str, body: Any = None, **query: Any) -> Any:
            if method == "get":
                return self.client.get(f"/api/{path}", query)
            return getattr(self.client, method)(f"/api/{path}", body, format="json", query_params=query)

        return call

    def ids(self, path: str, **query: Any) -> list[int]:
        """The ids of a list's first page, in its order."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.json()
        return [row["id"] for row in response.json()["results"]]


@pytest.fixture
def tenant(db: None) -> User:
    return TenantFactory()


@pytest.fixture
def agent(tenant: User) -> User:
    return AgentFactory(owner=tenant, state="available")


@pytest.fixture
def stranger(db: None) -> User:
    """Another tenant."""
    return TenantFactory()


@pytest.fixture
def admin_api(db: None) -> Api:
    return Api(AdminFactory())


@pytest.fixture
def tenant_api(tenant: User) -> Api:
    return Api(tenant)


@pytest.fixture
def agent_api(agent: User) -> Api:
    return Api(agent)


@pytest.fixture
def stranger_api(stranger: User) -> Api:
    return Api(stranger)


@pytest.fixture
def nobody_api(db: None) -> Api:
    """Not signed in."""
    return Api()


@pytest.fixture
def refuses() -> Callable[..., Any]:
    """``with refuses(409, "conflict") as answer: answer(api.post(…))``: and no row has changed."""

    @contextmanager
    def refuses(status: int, code: str, attr: str | None = None) -> Iterator[Callable[[Any], None]]:
        before = every_row()
        answers: list[Any] = []
        yield answers.append
        assert every_row() == before
        for response in answers:
            body = response.json()
            assert response.status_code == status, body
            assert set(body) == {"type", "errors"}
            kinds = {400: {"validation_error", "client_error"}, 502: {"server_error"}}
            assert body["type"] in kinds.get(status, {"client_error"})
            assert [(error["code"], error["attr"]) for error in body["errors"]] == [(code, attr)], body
        assert answers

    return refuses


@pytest.fixture
def telephony(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """A provider that places calls."""
    settings.CALL_GATEWAY = gateways.CALLS
    orders = Orders()
    monkeypatch.setattr(gateways.RecordingCalls, "orders", orders, raising=False)
    return orders


@pytest.fixture
def payments(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """A provider that charges cards."""
    settings.PAYMENT_GATEWAY = gateways.PAYMENTS
    orders = Orders()
    monkeypatch.setattr(gateways.RecordingPayments, "orders", orders, raising=False)
    return orders


@pytest.fixture
def webhooks(settings: Any) -> None:
    """All providers sign with ``webhooks.SECRET``."""
    settings.WEBHOOK_SECRETS = {name: [SECRET] for name in HEADERS}
    cache.clear()
