"""How long each tenant's calls of a stretch of its own were talked on: one query, however many tenants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connections, router

from dashboard.queries.sql import looked_up, table_of
from domain.models import Call


class Stretch(NamedTuple):
    """The calls of ``owner`` that ended in [since, until)."""

    owner: int
    since: datetime
    until: datetime


# The stretches are a table, not conditions: SQLite refuses an expression of more than a thousand ORs.
_STATEMENT: Final = (
    "WITH stretches(owner, since, until) AS ({stretches})"
    " SELECT s.owner, SUM(c.talk_s) FROM stretches s {calls} GROUP BY s.owner"
)
_OF_STRETCH: Final = "c.owner_id = s.owner AND c.ended_at >= s.since AND c.ended_at < s.until"


def talked_s(stretches: Sequence[Stretch]) -> dict[int, int]:
    """Seconds of talk by owner, of its stretches together; an owner without such calls is left out."""
    if not stretches:
        return {}
    connection = connections[router.db_for_read(Call)]
    adapt = connection.ops.adapt_datetimefield_value
    adapted = [(owner, adapt(since), adapt(until)) for owner, since, until in stretches]
    calls = looked_up(connection, Call._meta.db_table, _OF_STRETCH)
    rows, values = table_of(connection, ["bigint", "timestamptz", "timestamptz"], adapted)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(stretches=rows, calls=calls), values)
        return {owner: int(seconds) for owner, seconds in cursor.fetchall()}
