"""What a client is told when the service itself is in trouble."""

from typing import Any, NoReturn

import pytest
from django.db import OperationalError

from domain.models import User
from tests.domain.api.conftest import Api


def _away(*_: object, **__: object) -> NoReturn:
    raise OperationalError("connection to server at 10.0.0.7 failed")


@pytest.mark.django_db
@pytest.mark.parametrize("while_signing", [True, False])
def test_a_database_that_is_away_is_a_503_that_names_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, tenant: User, while_signing: bool
) -> None:
    api = Api(tenant)
    if while_signing:
        monkeypatch.setattr("accounts.authentication.signed_in", _away)
    else:
        monkeypatch.setattr("domain.models.Call.objects.get_queryset", _away)
    response: Any = api.get("calls/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json() == {
        "type": "server_error",
        "errors": [
            {"code": "unavailable", "detail": "The database does not answer. Try again.", "attr": None}
        ],
    }
