"""Whether the process lives and can serve, for supervisors and load balancers."""

import pytest
from django.db import DatabaseError
from django.test import Client

from project import health
from realtime.store import StoreUnavailable


def test_a_living_process_says_so_without_asking_anyone(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_process_is_ready_when_database_and_store_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "store": "ok"})


class Away:
    """A database, or a store, that does not answer."""

    def cursor(self) -> None:
        raise DatabaseError("away")

    def status(self, *_: object) -> None:
        raise StoreUnavailable("away")


@pytest.mark.django_db
@pytest.mark.parametrize(("part", "replaced"), [("database", "connection"), ("store", "store")])
def test_a_process_that_misses_one_of_them_is_not_ready_and_names_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, part: str, replaced: str
) -> None:
    monkeypatch.setattr(health, replaced, Away() if replaced == "connection" else Away)
    answer = client.get("/health/ready")
    other = {"database": "store", "store": "database"}[part]
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", part: "unavailable", other: "ok"}
