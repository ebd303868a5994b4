"""No document reads a whole history: every query finds its rows through an index that fits."""

import re
from datetime import datetime
from itertools import count
from typing import Any, Final

import pytest
from django.db import connection

from dashboard.rollups.subjects import ROLLUPS
from domain.models import AgentState, Call, Callback, Customer, Payment, QueueEntry, WebhookEvent
from realtime.sections import compute
from tests.dashboard.worlds import NOW, every_scope, whole_world

pytestmark = pytest.mark.django_db

# What grows with time. (Journals are folded away.)
HISTORY: Final = {
    model._meta.db_table
    for model in (
        *(AgentState, Call, Callback, Customer, Payment, QueueEntry, WebhookEvent),
        *(rollup.cells for rollup in ROLLUPS),
    )
}
# Partial indexes that hold the few rows which are not over.
LIVE: Final = re.compile(r"USING (COVERING )?INDEX \w*live\w*")


def _queries() -> list[tuple[str, Any]]:
    whole_world()
    compute(every_scope(), NOW)
    asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        compute(every_scope(), NOW)
    return asked


def _walks_a_history(sql: str, plan: list[str]) -> bool:
    """By the words of either planner; a walk along an index that ends after a few rows is fine."""
    sorts = any("TEMP B-TREE FOR ORDER BY" in line or "Sort" in line for line in plan)
    for line in plan:
        found = re.search(r"(?:SCAN|Seq Scan on) \"?(\w+)", line)
        if found is None or found[1] not in HISTORY or LIVE.search(line):
            continue
        if "LIMIT" in sql and not sorts:
            continue
        return True
    return False


def _plan(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [row[3] for row in cursor.fetchall()]
        # Of a few rows it would rather read all; so it says whether there is an index to use.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")  # as in a snapshot
        params = params or ()
        types, values = ", ".join(map(_type, params)), ", ".join(["%s"] * len(params))
        cursor.execute(f"PREPARE looked_at{f'({types})' if types else ''} AS {_numbered(sql)}")
        cursor.execute(f"EXPLAIN EXECUTE looked_at{f'({values})' if values else ''}", params)
        plan = [line for (line,) in cursor.fetchall()]
        cursor.execute("DEALLOCATE looked_at")
        return plan


def _type(param: Any) -> str:
    if isinstance(param, list):
        return f"{_type(param[0])}[]"
    types = {int: "bigint", str: "text", datetime: "timestamptz"}
    return next(name for kind, name in types.items() if isinstance(param, kind))


def _numbered(sql: str) -> str:
    numbers = count(1)
    return re.sub("%([s%])", lambda found: f"${next(numbers)}" if found[1] == "s" else "%", sql)


def test_no_document_reads_a_whole_history() -> None:
    walking = {sql: plan for sql, params in _queries() if _walks_a_history(sql, plan := _plan(sql, params))}
    assert walking == {}
