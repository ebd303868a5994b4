"""Whoever is new has nothing yet, and a dashboard all the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from dashboard.examples import example
from domain.models import User
from realtime.engine import refresher
from tests.factories import AdminFactory, AgentFactory, TenantFactory

# The snapshot is a connection of its own: what it is to see must be committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_store() -> Iterator[None]:
    refresher.cache_clear()
    yield
    refresher.cache_clear()


@pytest.mark.parametrize(
    "create",
    [
        AdminFactory,
        TenantFactory,  # neither a subscription nor an AI agent
        AgentFactory,
        lambda: AgentFactory(profile=False),
    ],
    ids=["admin", "tenant", "agent", "agent without a profile"],
)
def test_who_has_nothing_yet_has_a_dashboard(create: Callable[[], Any]) -> None:
    person: User = create()
    client = APIClient()
    client.force_authenticate(person)
    response = client.get("/api/dashboard/comprehensive/")
    assert response.status_code == 200, response.content
    document = response.json()
    assert document["dashboard_type"] == f"{person.role}_comprehensive"
    assert document.keys() == example(person.role).keys()
