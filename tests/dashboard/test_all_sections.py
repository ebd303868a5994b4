"""What holds for every section: declared tables, a bounded number of queries, exact deadlines, no overlap."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access import follows
from dashboard.examples import example
from dashboard.merge import merge
from dashboard.rollups.subjects import ROLLUPS
from domain.models import User
from realtime.observing import observers
from realtime.scopes import Scope
from realtime.sections import Section, compute, floor_to, registry
from tests.dashboard.worlds import NOW, documents, every_scope, tenant_world, whole_world
from tests.factories import AdminFactory, AgentFactory, TenantFactory

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
ENVELOPE = {"generated_at", "data_freshness", "positions"}
MODELS_BY_TABLE = {model._meta.db_table: model for model in apps.get_models()}
# Sums stand for the rows that they are made of. Journals are read with them, and whether any has rows is
# asked of all of them at once.
SUMMED = {
    kept._meta.db_table: rollup.source._meta.db_table
    for rollup in ROLLUPS
    for kept in (rollup.cells, rollup.tallies)
    if kept is not None
}
JOURNALS = {rollup.journal._meta.db_table for rollup in ROLLUPS}


def name(section: Section[Any]) -> str:
    return f"{section.key} of {section.audience.name}"


def subjects_of(section: Section[Any]) -> list[Any]:
    ids = [scope.id for scope in every_scope() if scope.kind == section.audience.kind]
    return [each for each in section.audience.load(ids).values() if section.audience.accepts(each)]


def values(section: Section[Any]) -> dict[Any, Any]:
    return {id_: piece.value for id_, piece in section.compute(subjects_of(section), NOW).items()}


def tables_in(queries: CaptureQueriesContext) -> set[str]:
    quoted = {name for query in queries.captured_queries for name in re.findall(r'"(\w+)"', query["sql"])}
    return {SUMMED.get(table, table) for table in (quoted & MODELS_BY_TABLE.keys()) - JOURNALS}


def test_every_section_serves_somebody() -> None:
    whole_world()
    assert [name(section) for section in registry.sections if not subjects_of(section)] == []


def test_a_section_touches_only_the_tables_it_declares() -> None:
    whole_world()
    undeclared = {}
    for section in registry.sections:
        subjects = subjects_of(section)
        with CaptureQueriesContext(connection) as queries:
            section.compute(subjects, NOW)
        undeclared[name(section)] = tables_in(queries) - {model._meta.db_table for model in section.reads}
    assert {section: tables for section, tables in undeclared.items() if tables} == {}


def test_everything_that_a_section_reads_is_tracked() -> None:
    assert {model for section in registry.sections for model in section.reads} <= observers.keys()


def test_a_section_whose_value_follows_a_persons_zone_declares_that_it_reads_people() -> None:
    tenant = tenant_world("Asia/Kathmandu").tenant
    before = {name(section): values(section) for section in registry.sections}
    User.objects.filter(pk=tenant.pk).update(timezone="Pacific/Pago_Pago")
    moved = [section for section in registry.sections if values(section) != before[name(section)]]
    assert moved
    assert [name(section) for section in moved if User not in section.reads] == []


def test_a_value_holds_until_the_instant_it_names() -> None:
    whole_world()
    for section in registry.sections:
        subjects = subjects_of(section)
        moment = floor_to(NOW, section.tick) if section.tick else NOW
        for id_, piece in section.compute(subjects, moment).items():
            json.dumps(piece.value, allow_nan=False)
            if piece.valid_until is None:
                last = moment + timedelta(days=400)
            else:
                assert piece.valid_until > moment
                last = piece.valid_until - MICROSECOND
            if section.tick:  # it is recomputed then anyway
                last = moment
            assert section.compute(subjects, last)[id_].value == piece.value, (name(section), id_)


def test_computed_together_or_alone_a_value_is_the_same() -> None:
    whole_world()
    for section in registry.sections:
        subjects = subjects_of(section)
        together = section.compute(subjects, NOW)
        for subject in subjects:
            for id_, piece in section.compute([subject], NOW).items():
                assert piece == together[id_], (name(section), id_)


def _queries_for(create: Callable[[], Any], count: int) -> int:
    for _ in range(count):
        create()
    scopes = every_scope()
    with CaptureQueriesContext(connection) as queries:
        compute(scopes, NOW)
    return len(queries)


@pytest.mark.parametrize("factory", [TenantFactory, AgentFactory, AdminFactory])
def test_the_number_of_queries_does_not_grow_with_the_number_of_dashboards(factory: Any) -> None:
    whole_world()
    one = _queries_for(factory, 1)
    assert _queries_for(factory, 9) == one
    assert _queries_for(factory, 90) == one


def test_the_number_of_queries_does_not_grow_with_zones_or_rows() -> None:
    whole_world()
    before = _queries_for(lambda: None, 0)
    for zone in ("Pacific/Chatham", "America/St_Johns", "Asia/Kolkata", "Africa/Cairo"):
        tenant_world(zone)
    assert _queries_for(lambda: None, 0) == before


@pytest.mark.parametrize("fill", [whole_world, lambda: None], ids=["full", "empty"])
def test_no_value_stands_in_two_documents_of_one_viewer(fill: Callable[[], Any]) -> None:
    fill()
    people = [AdminFactory(), TenantFactory(), AgentFactory(profile=False), *User.objects.all()]
    for person in people:
        scopes = follows(person)
        merge(each.data for each in compute(scopes, NOW).values())


@pytest.mark.parametrize("fill", [whole_world, lambda: None], ids=["full", "empty"])
@pytest.mark.parametrize("factory", [AdminFactory, TenantFactory, AgentFactory])
def test_everybody_has_a_normal_document_in_a_full_and_in_an_empty_database(
    factory: Any, fill: Callable[[], Any]
) -> None:
    fill()
    person = factory()
    document = merge(each.data for each in compute(follows(person), NOW).values())
    assert set(document) | ENVELOPE == set(example(person.role))


def test_another_tenants_rows_change_nothing() -> None:
    mine = tenant_world()
    scopes = [
        scope for person in (mine.tenant, *mine.agents) for scope in follows(person) if scope.kind != "role"
    ]
    before = documents(scopes)
    tenant_world("America/New_York")
    assert documents(scopes) == before


def test_the_same_moment_gives_the_same_documents() -> None:
    whole_world()
    assert documents() == documents()


def test_a_scope_of_nobody_is_an_empty_document() -> None:
    nobody = [Scope("user", "999"), Scope("team", "999"), Scope("user", "x"), Scope("role", "guest")]
    assert all(document == {} for document in documents(nobody).values())


def test_a_team_is_a_tenant_and_nothing_else() -> None:
    agent = AgentFactory()
    assert documents([Scope("team", str(agent.pk))]) == {Scope("team", str(agent.pk)): {}}
    assert documents([Scope("team", str(agent.owner_id))]) != {Scope("team", str(agent.owner_id)): {}}
