"""Three people, and a program and a page that call the sign-in."""

import pytest
from django.test import Client

from domain.models import User
from tests.accounts.crafting import ORIGIN, Api

PASSWORD = "a good password"


@pytest.fixture
def tenant(db: None) -> User:
    return User.objects.create_user("Ada@Example.com", PASSWORD, first_name="Ada", last_name="Lovelace")


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD)


@pytest.fixture
def agent(tenant: User) -> User:
    return User.objects.create_user("grace@example.com", PASSWORD, role=User.Role.AGENT, owner=tenant)


@pytest.fixture
def api() -> Api:
    """A program: no Origin, no cookies wanted."""
    return Api(Client())


@pytest.fixture
def page() -> Api:
    """The page in a browser: sends its Origin, keeps cookies."""
    return Api(Client(), origin=ORIGIN)
