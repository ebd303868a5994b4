"""The test set-up itself: what a database test sees on SQLite and on PostgreSQL."""

import threading
from pathlib import Path

import pytest
from django.db import connections

from project.settings.test import TEST_DATABASE


@pytest.mark.django_db(transaction=True)
def test_another_thread_and_the_second_alias_read_the_same_database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE conftest_thing (id integer)")
        cursor.execute("INSERT INTO conftest_thing VALUES (7)")
    seen: list[object] = []

    def read() -> None:
        try:
            for alias in ("default", "snapshot"):
                with connections[alias].cursor() as cursor:
                    cursor.execute("SELECT id FROM conftest_thing")
                    seen.append(cursor.fetchone())
        finally:
            connections.close_all()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    with connections["snapshot"].cursor() as cursor:
        cursor.execute("SELECT id FROM conftest_thing")
        seen.append(cursor.fetchone())
    with connections["default"].cursor() as cursor:
        cursor.execute("DROP TABLE conftest_thing")
    assert seen == [(7,)] * 3


@pytest.mark.django_db
def test_a_test_in_one_transaction_may_not_read_the_second_alias() -> None:
    with pytest.raises(AssertionError, match="'snapshot' are not allowed"):
        connections["snapshot"].cursor()


def test_database_tests_carry_their_marker(request: pytest.FixtureRequest, db: None) -> None:
    assert request.node.get_closest_marker("database")


def test_the_chosen_kind_of_database_is_used(db: None) -> None:
    vendor = connections["default"].vendor
    assert vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[TEST_DATABASE]
    if vendor == "sqlite":
        assert Path(str(connections["default"].settings_dict["NAME"])).is_file()
