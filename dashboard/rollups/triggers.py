"""The triggers that copy every change of a counted row into its journal, whoever writes and however.

They only insert, so that writers never wait for each other here. A row that does not change in any column of
its journal leaves nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext

from django.db import connections, transaction
from django.db.models import Model

from dashboard.rollups.shape import Rollup
from dashboard.rollups.subjects import ROLLUPS


def install(using: str, rollups: Sequence[Rollup] = ROLLUPS) -> None:
    """Make or renew the triggers; waits for the writers in progress, so that every later one is seen.

    No write goes by unseen while a trigger is renewed: PostgreSQL replaces each at once, SQLite all in one
    transaction.
    """
    connection = connections[using]
    whole = nullcontext() if connection.vendor == "postgresql" else transaction.atomic(using=using)
    with whole, connection.cursor() as cursor:
        for statement in _statements(connection.vendor, rollups):
            cursor.execute(statement)


def remove(using: str, rollups: Sequence[Rollup] = ROLLUPS) -> None:
    """Drop the triggers: what is written from now on is not seen."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _names(rollups).items():
            cursor.execute(_drop(connection.vendor, name, table))


def missing(using: str, rollups: Sequence[Rollup] = ROLLUPS) -> set[str]:
    """The names of the triggers that are not there, or (PostgreSQL) that somebody has disabled."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return _names(rollups).keys() - {name for (name,) in cursor.fetchall()}


_EVENTS = ("insert", "update", "delete")


def _names(rollups: Sequence[Rollup]) -> dict[str, str]:
    """The tables of the triggers, by their names."""
    found: dict[str, str] = {}
    for rollup in rollups:
        for model in (rollup.source, *(lender.model for lender in rollup.borrowed.values())):
            found |= {_name(rollup, model, event): _table(model) for event in _EVENTS}
    return found


def _statements(vendor: str, rollups: Sequence[Rollup]) -> Iterator[str]:
    create = _postgresql if vendor == "postgresql" else _sqlite
    for rollup in rollups:
        columns = _own_columns(rollup)
        differs = _any_differs(columns, vendor)
        for event, actions in {
            "insert": [_copy_row(rollup, "NEW", 1)],
            "update": [_copy_row(rollup, "OLD", -1), _copy_row(rollup, "NEW", 1)],
            "delete": [_copy_row(rollup, "OLD", -1)],
        }.items():
            when = f"WHEN ({differs})" if event == "update" else ""
            yield from create(
                _name(rollup, rollup.source, event), event, _table(rollup.source), when, actions
            )
        for column, (companion, _, key, value) in rollup.borrowed.items():
            lent = _Lent(rollup, column, key, value)
            for event, (when, actions) in lent.events(vendor).items():
                yield from create(_name(rollup, companion, event), event, _table(companion), when, actions)


class _Lent:
    """What changes of a companion's column do: the row that borrows it goes, and comes with the new value."""

    def __init__(self, rollup: Rollup, column: str, key: str, value: str) -> None:
        self._rollup, self._column, self._key, self._value = rollup, column, key, value

    def events(self, vendor: str) -> Mapping[str, tuple[str, list[str]]]:
        key, value = self._key, self._value
        # A writer of the row and one of its companion must see each other's values: the row's lock decides.
        lock = " FOR NO KEY UPDATE" if vendor == "postgresql" else ""
        gone = [self._copy("OLD", "OLD", -1, lock), self._copy("OLD", None, 1, "")]
        come = [self._copy("NEW", None, -1, lock), self._copy("NEW", "NEW", 1, "")]
        return {
            "insert": (f"WHEN (NEW.{value} IS NOT NULL)", come),
            "update": (f"WHEN ({_any_differs([key, value], vendor)})", [*gone, *come]),
            "delete": (f"WHEN (OLD.{value} IS NOT NULL)", gone),
        }

    def _copy(self, of: str, value: str | None, sign: int, lock: str) -> str:
        own = _own_columns(self._rollup)
        lent = f"{value}.{self._value}" if value else "NULL"
        table = _table(self._rollup.source)
        return (
            f"INSERT INTO {_table(self._rollup.journal)} (sign, {', '.join(own)}, {self._column})"
            f" SELECT {sign}, {', '.join(own)}, {lent} FROM {table} WHERE id = {of}.{self._key}{lock};"
        )


def _copy_row(rollup: Rollup, row: str, sign: int) -> str:
    columns = _own_columns(rollup)
    borrowed = [
        f"(SELECT {value} FROM {_table(companion)} WHERE {key} = {row}.id)"
        for companion, _, key, value in rollup.borrowed.values()
    ]
    values = [str(sign), *(f"{row}.{column}" for column in columns), *borrowed]
    return (
        f"INSERT INTO {_table(rollup.journal)} ({', '.join(['sign', *columns, *rollup.borrowed])})"
        f" VALUES ({', '.join(values)});"
    )


def _own_columns(rollup: Rollup) -> list[str]:
    every = [str(field.column) for field in rollup.journal._meta.concrete_fields]
    return [column for column in every if column not in {"id", "sign", *rollup.borrowed}]


def _any_differs(columns: Sequence[str], vendor: str) -> str:
    operator = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return " OR ".join(f"OLD.{column} {operator} NEW.{column}" for column in columns)


def _name(rollup: Rollup, model: type[Model], event: str) -> str:
    """Such as ``dashboard_calljournal_domain_call_insert``."""
    return f"{_table(rollup.journal)}_{_table(model)}_{event}"


def _table(model: type[Model]) -> str:
    return model._meta.db_table


def _drop(vendor: str, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else "")


def _postgresql(name: str, event: str, table: str, when: str, actions: Sequence[str]) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {' '.join(actions)} RETURN NULL; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table}"
        f" FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    )


def _sqlite(name: str, event: str, table: str, when: str, actions: Sequence[str]) -> Iterator[str]:
    yield _drop("sqlite", name, table)
    yield f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN {' '.join(actions)} END"
