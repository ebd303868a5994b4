"""The demo's company is a believable one, however long ago it opened."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from domain.models import AIAgent, Customer, Subscription, User
from domain.simulation.company import found_company

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [1, 3, 32])
def test_nobody_joins_before_it_opened_or_after_now(days: int) -> None:
    now = timezone.now()
    opened = now - timedelta(days=days)
    company = found_company(Random(1), now, opened=opened)
    for model in (User, Customer, AIAgent, Subscription):
        assert not model.objects.filter(created_at__gt=now).exists(), model.__name__
    staff = User.objects.filter(owner=company.demo_agent.owner)
    assert staff.exists()
    assert not staff.filter(created_at__lt=opened).exists()
