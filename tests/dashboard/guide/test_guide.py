"""The guide to the dashboards says of every key what documents really hold, and is never out of date."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dashboard.access import follows
from dashboard.definitions import DEFINITIONS
from dashboard.guide.alerts import rows
from dashboard.guide.keys import KEYS
from dashboard.guide.kinds import COUNT, INSTANT, PERCENT, RATES, TREND
from dashboard.guide.paths import keys_of, values
from dashboard.guide.tables import ROLES, fill, meaning
from dashboard.merge import merge
from dashboard.sections.actions import admin_actions, agent_actions, tenant_actions
from domain.models import User
from realtime.sections import compute, registry
from tests.dashboard.worlds import NOW, every_scope, whole_world
from tests.factories import AdminFactory, AgentFactory, TenantFactory

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "COMPREHENSIVE_DASHBOARD_GUIDE.md"
ROLES_OF_AUDIENCE = {
    "admins": ["admin"],
    "tenants": ["user"],
    "agents": ["agent"],
    "admin role": ["admin"],
    "user role": ["user"],
    "agent role": ["agent"],
    "team": ["agent"],
    "every role": list(ROLES),
    "everyone": list(ROLES),
}


def document_of(person: User) -> dict[str, Any]:
    return merge(each.data for each in compute(follows(person), NOW).values())


@pytest.mark.django_db
@pytest.mark.parametrize("fill_database", [whole_world, lambda: None], ids=["full", "empty"])
def test_every_value_of_every_document_has_a_key_of_its_type(fill_database: Callable[[], Any]) -> None:
    fill_database()
    AdminFactory()
    TenantFactory()
    AgentFactory(profile=False)
    for person in User.objects.all():
        known = keys_of(person.role, KEYS)
        for path, value in values(document_of(person), KEYS):
            assert path in known, (person.role, path)
            assert KEYS[path].holds(value), (person.role, path, value)


@pytest.mark.django_db
def test_every_key_of_the_guide_is_in_some_document() -> None:
    whole_world()
    TenantFactory()  # without a subscription and an AI agent
    seen: dict[str, set[str]] = {role: {"generated_at", "data_freshness"} for role in ROLES}
    for person in User.objects.all():
        seen[person.role] |= {path for path, _ in values(document_of(person), KEYS)}
    for role in ROLES:
        listed = {path for path in keys_of(role, KEYS) if not path.startswith("positions.")}
        # No world has an alert, a broadcast, a list for everybody.
        assert {path for path in listed - seen[role] if "[]" not in path} == set()
    assert {path for path in KEYS if "[]" in path} <= {path for paths in seen.values() for path in paths}


@pytest.mark.django_db
def test_time_alone_changes_what_the_guide_says_it_does() -> None:
    """A section that names an instant, or ticks, has a key with a clock; one that does not has none."""
    whole_world()
    scopes = every_scope()
    by_time: dict[tuple[str, str], bool] = {}
    for section in registry.sections:
        subjects = section.audience.load([each.id for each in scopes if each.kind == section.audience.kind])
        mine = [each for each in subjects.values() if section.audience.accepts(each)]
        changes = section.tick is not None or any(
            piece.valid_until is not None for piece in section.compute(mine, NOW).values()
        )
        for role in ROLES_OF_AUDIENCE[section.audience.name]:
            by_time[role, section.key] = changes or by_time.get((role, section.key), False)
    said = {
        (role, path.split(".")[0].removesuffix("[]"))
        for role in ROLES
        for path, key in keys_of(role, KEYS).items()
        if key.clock
    }
    assert {which for which, changes in by_time.items() if changes} == said


def test_every_key_has_a_meaning_in_one_place() -> None:
    assert [path for path in KEYS if not meaning(path)] == []
    assert [path for path, key in KEYS.items() if key.meaning and path in DEFINITIONS] == []


def test_every_rule_of_an_alert_has_a_row_and_severities_are_in_the_order_of_the_screen() -> None:
    order = ["error", "warning", "info"]
    for role, count in {"admin": 6, "user": 9, "agent": 3}.items():
        severities = [row[0] for row in rows(role)]
        assert len(severities) == count
        assert severities == sorted(severities, key=order.index)


@pytest.mark.django_db
def test_every_quick_action_is_in_its_table() -> None:
    tenants = [TenantFactory(), whole_world()[0].tenant]
    actions: list[Any] = [
        action
        for pieces in (
            admin_actions(["admin"], NOW),
            tenant_actions(tenants, NOW),
            agent_actions([AgentFactory()], NOW),
        )
        for piece in pieces.values()
        for action in piece.value  # type: ignore[union-attr]  # a list
    ]
    text = GUIDE.read_text()
    missing = {each["id"] for each in actions if f"| `{each['id']}` | `{each['url']}` |" not in text}
    assert missing == set()


def test_the_committed_guide_is_what_the_code_says() -> None:
    call_command("export_guide", str(GUIDE), check=True)


def test_a_guide_that_is_out_of_date_is_refused_and_written_anew(tmp_path: Path) -> None:
    copy = tmp_path / "guide.md"
    copy.write_text("before\n<!-- generated: alerts of agent -->\nold\n<!-- end -->\nafter\n")
    with pytest.raises(CommandError, match="out of date"):
        call_command("export_guide", str(copy), check=True)
    assert "old" in copy.read_text()
    call_command("export_guide", str(copy), stdout=StringIO())
    assert "old" not in copy.read_text()
    assert copy.read_text().startswith("before\n")
    assert copy.read_text().endswith("after\n")
    call_command("export_guide", str(copy), check=True)


def test_a_part_that_nobody_makes_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("<!-- generated: no such part -->\n<!-- end -->")


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        (COUNT, [0, 7], [None, 1.5, True, "7"]),
        (PERCENT, [None, 0, 99.9, 100], [100.1, -1, "5", False]),
        (INSTANT, ["2026-05-20T15:30:00Z"], [None, "today", "2026-05-20T15:30:00+02:00", 5]),
        (
            RATES,
            [{"today": None, "week": 1.0, "month": 2, "all": 100}],
            [{"today": 1}, {"today": 1, "week": 1, "month": 1, "all": 101}, None],
        ),
        (
            TREND,
            [
                {"today": 1, "week": 1, "month": 1, "current": 1, "previous": 0}
                | {"change_pct": None, "trend": "up"}
            ],
            [{"today": 1}, None, 4],
        ),
    ],
)
def test_a_kind_tells_what_it_holds(key: Any, good: list[Any], bad: list[Any]) -> None:
    assert all(key.holds(value) for value in good)
    assert not any(key.holds(value) for value in bad)
