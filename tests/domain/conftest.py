"""What the tests of the domain share: a look at every row, to show that a refusal changed none."""

from contextlib import contextmanager

import pytest
from django.apps import apps

from domain.errors import DomainError


def every_row():
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("domain").get_models()
    }


@pytest.fixture
def refused():
    """``with refused(Conflict) as refusal:`` the block raises it, and no row of the domain is another."""

    @contextmanager
    def refused(error: type[DomainError]):
        before = every_row()
        with pytest.raises(error) as refusal:
            yield refusal
        assert every_row() == before

    return refused
