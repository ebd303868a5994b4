"""How long each tenant's calls of a stretch of its own were talked on: one query, however many tenants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connections, router

from domain.models import Call


class Stretch(NamedTuple):
    """The calls of ``owner`` that ended in [since, until)."""

    owner: int
    since: datetime
    until: datetime


# The stretches are a table, not conditions: SQLite refuses an expression of more than a thousand ORs. CROSS
# JOIN: it then keeps the order, and looks each stretch up in the index of (owner, ended_at).
_STATEMENT: Final = (
    'WITH stretches(owner, since, until) AS (VALUES {rows}) SELECT s.owner, SUM(c."talk_s")'
    ' FROM stretches s CROSS JOIN "{calls}" c'
    ' WHERE c."owner_id" = s.owner AND c."ended_at" >= s.since AND c."ended_at" < s.until GROUP BY s.owner'
)


def talked_s(stretches: Sequence[Stretch]) -> dict[int, int]:
    """Seconds of talk by owner, of its stretches together; an owner without such calls is left out."""
    if not stretches:
        return {}
    connection = connections[router.db_for_read(Call)]
    adapt = connection.ops.adapt_datetimefield_value
    rows = ", ".join(["(%s, %s, %s)"] * len(stretches))
    values = [value for owner, since, until in stretches for value in (owner, adapt(since), adapt(until))]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(rows=rows, calls=Call._meta.db_table), values)
        return {owner: int(seconds) for owner, seconds in cursor.fetchall()}
