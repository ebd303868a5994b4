"""A tenant's AI agents."""

from datetime import time

import pytest

from domain.errors import Conflict, InvalidInput
from domain.models import AIAgent
from domain.services import ai_agents
from tests.factories import AIAgentFactory, CallFactory, TenantFactory

pytestmark = pytest.mark.django_db


def test_starts_in_training():
    ai_agent = ai_agents.create_ai_agent(owner=TenantFactory(), name="Ada", personality_type="professional")
    assert (ai_agent.status, ai_agent.training_level, ai_agent.is_ready_for_calls) == ("training", 0, False)


@pytest.mark.parametrize(
    ("status", "level", "ready"),
    [
        ("active", 20, True),
        ("active", 19, False),
        ("learning", 20, True),
        ("optimizing", 100, True),
        ("training", 100, False),
        ("paused", 100, False),
    ],
)
def test_is_ready_for_calls(status, level, ready):
    assert AIAgent(status=status, training_level=level).is_ready_for_calls is ready


def test_change_leaves_the_rest():
    ai_agent = AIAgentFactory(name="Ada", training_level=40)
    ai_agent = ai_agents.change_ai_agent(ai_agent=ai_agent, training_level=45, working_hours_start=time(8))
    ai_agent.refresh_from_db()
    assert (ai_agent.name, ai_agent.training_level, ai_agent.working_hours_start) == ("Ada", 45, time(8))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("training_level", -1), ("training_level", 101), ("personality_type", "moody")],
)
def test_refuses_what_cannot_be(field, value, refused):
    ai_agent = AIAgentFactory()
    with refused(InvalidInput) as refusal:
        ai_agents.create_ai_agent(**{"owner": ai_agent.owner, "name": "Ada", field: value})
    assert refusal.value.field == field
    with refused(InvalidInput):
        ai_agents.change_ai_agent(ai_agent=ai_agent, **{field: value})


def test_one_agent_of_the_provider_serves_one_tenant(refused):
    AIAgentFactory(provider_agent_id="asst_1")
    tenant = TenantFactory()
    with refused(Conflict):
        ai_agents.create_ai_agent(owner=tenant, name="Ada", provider_agent_id="asst_1")


def test_is_deleted_only_while_it_has_no_calls(refused):
    ai_agents.delete_ai_agent(ai_agent=AIAgentFactory())
    busy = AIAgentFactory()
    CallFactory(ai_agent=busy)
    with refused(Conflict):
        ai_agents.delete_ai_agent(ai_agent=busy)
    assert AIAgent.objects.get() == busy
