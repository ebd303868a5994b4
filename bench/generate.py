"""Fill an empty database with a believable company and two years of calls (``python -m bench.generate N``).

It is the one in DATABASE_URL. The people are the same at any size, so that what is compared is the
history alone: 20 tenants in 4 zones, 200 agents, 40 AI agents, unless others are asked for. Rows are copied
in (COPY on PostgreSQL, executemany on SQLite) with the triggers away, and summed afterwards.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dashboard.rollups import triggers  # noqa: E402
from dashboard.rollups.keeping import fold, repair, rows_to_compare  # noqa: E402
from domain.models import (  # noqa: E402
    AgentProfile,
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    User,
)

PASSWORD: Final = "a password for benchmarks"
TENANTS: Final = 20
AGENTS_OF_EACH: Final = 10
AI_AGENTS_OF_EACH: Final = 2
ZONES: Final = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
DAYS: Final = 730
LIVE: Final = 40  # calls going on now, at any size of history
# Calls by hour of the day (UTC), as an office's day.
HOURS: Final = [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 15, 17, 19, 18, 15, 11, 7, 5, 3, 2, 1, 1]

Row = Sequence[Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=int)
    parser.add_argument("--tenants", type=int, default=TENANTS)
    parser.add_argument("--agents", type=int, default=AGENTS_OF_EACH, help="of each tenant")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        sys.exit("the database in DATABASE_URL is not empty")
    started = time.monotonic()
    random = Random(1)
    now = datetime.now(UTC).replace(microsecond=0)
    tenants = found_people(options.tenants, options.agents, random, now)
    triggers.remove("default")
    with transaction.atomic():
        write_history(options.calls, tenants, random, now)
    triggers.install("default")
    copied = time.monotonic()
    bar = tqdm(total=rows_to_compare(), unit=" rows", desc="Summing", disable=None)
    repair(datetime.now(UTC), progress=bar.update)
    fold()
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
        )
    print(
        f"{options.calls:,} calls on {connection.vendor}: copied in {copied - started:.0f} s,"
        f" summed in {time.monotonic() - copied:.0f} s",
        file=sys.stderr,
    )


def found_people(count: int, agents_of_each: int, random: Random, now: datetime) -> list[User]:
    """An admin and the tenants with everybody who works for them; all with one password."""
    opened = now - timedelta(days=DAYS)
    secret = make_password(PASSWORD)
    common: dict[str, Any] = {"password": secret, "created_at": opened, "is_verified": True}
    User.objects.create(email="admin@bench.test", role="admin", **common)
    plan = Plan.objects.create(name="pro", price=100, call_minutes_limit=50_000)
    tenants = []
    for n in range(count):
        tenant = User.objects.create(email=f"tenant{n}@bench.test", timezone=ZONES[n % len(ZONES)], **common)
        tenants.append(tenant)
        for m in range(agents_of_each):
            agent = User.objects.create(
                email=f"agent{n}-{m}@bench.test", role="agent", owner=tenant, **common
            )
            AgentProfile.objects.create(user=agent, employee_id=f"E{n:02}{m:02}")
        for m in range(AI_AGENTS_OF_EACH):
            AIAgent.objects.create(owner=tenant, name=f"AI {n}-{m}", status="active", training_level=90)
        subscription = Subscription.objects.create(
            user=tenant,
            plan=plan,
            status="active",
            created_at=opened,
            current_period_start=now - timedelta(days=12, hours=5, minutes=7),
            current_period_end=now + timedelta(days=18),
        )
        months = [now - timedelta(days=30 * month, minutes=random.randrange(600)) for month in range(24)]
        Payment.objects.bulk_create(
            Payment(
                user=tenant,
                subscription=subscription,
                invoice_id=f"in-{n}-{month}",
                status="paid",
                amount=100,
                paid_at=at,
                created_at=at,
            )
            for month, at in enumerate(months)
        )
    return tenants


def write_history(calls: int, tenants: Sequence[User], random: Random, now: datetime) -> None:
    """The calls, over two years, the inbound ones with queue entries; customers and callbacks with them."""
    people = {
        tenant.pk: (
            list(tenant.agents.order_by("pk").values_list("pk", flat=True)),
            list(tenant.ai_agents.order_by("pk").values_list("pk", flat=True)),
        )
        for tenant in tenants
    }
    owners = [tenant.pk for tenant in tenants]
    customers = list(_customers(calls // 4, owners, random, now))
    _copy(Customer, customers)
    _copy(Callback, _callbacks(calls // 20, customers, people, random, now))
    entries: list[Row] = []
    rows = _calls(calls, customers, people, random, now, entries)
    _copy(Call, tqdm(rows, total=calls, unit=" calls", disable=None))  # None: unless somebody looks
    _copy(QueueEntry, entries)


def _instants(count: int, random: Random, now: datetime) -> Iterator[datetime]:
    """In order, by the office's hours, the last of them just now."""
    weights, hours = HOURS, range(24)
    opened = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0)
    found = [
        opened
        + timedelta(
            days=random.randrange(DAYS + 1),
            hours=random.choices(hours, weights)[0],
            microseconds=random.randrange(3_600_000_000),
        )
        for _ in range(count)
    ]
    found.sort()
    for at in found:
        yield min(at, now - timedelta(minutes=40, microseconds=random.randrange(10**9)))


def _customers(count: int, owners: Sequence[int], random: Random, now: datetime) -> Iterator[Row]:
    names = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Tony", "Radia", "Niklaus")
    interests = random.choices(("cold", "warm", "hot", "converted"), (50, 30, 12, 8), k=count)
    for n, at in enumerate(_instants(count, random, now)):
        yield _row(
            Customer,
            id=n + 1,
            created_at=at,
            owner_id=owners[n % len(owners)],
            phone=f"+1{2_000_000_000 + n}",
            name=f"{names[n % 8]} {n}",
            interest=interests[n],
            is_do_not_call=n % 50 == 0,
        )


def _callbacks(
    count: int, customers: Sequence[Row], people: Any, random: Random, now: datetime
) -> Iterator[Row]:
    id_at, owner_at = _at(Customer, "id"), _at(Customer, "owner_id")
    for n in range(count):
        customer = customers[random.randrange(len(customers))]
        due = now + timedelta(days=7 - (DAYS + 7) * n / count)
        # Of the last days some are overdue, before that none are left.
        status = "scheduled" if due > now or (due > now - timedelta(days=3) and n % 20 == 0) else "completed"
        if status == "completed" and n % 10 == 0:
            status = "cancelled"
        begun = due + timedelta(seconds=random.randrange(1800)) if status == "completed" else None
        yield _row(
            Callback,
            id=n + 1,
            created_at=due - timedelta(days=2),
            owner_id=customer[owner_at],
            customer_id=customer[id_at],
            status=status,
            due_at=due,
            priority=1 + n % 5,
            assigned_agent_id=random.choice(people[customer[owner_at]][0]),
            reason="asked for it",
            started_at=begun,
            completed_at=begun and begun + timedelta(minutes=4),
        )


def _calls(
    count: int, customers: Sequence[Row], people: Any, random: Random, now: datetime, entries: list[Row]
) -> Iterator[Row]:
    id_at, owner_at, phone_at = (_at(Customer, name) for name in ("id", "owner_id", "phone"))
    outcomes = random.choices(
        ("", "interested", "callback_requested", "converted", "not_interested", "voicemail"),
        (30, 20, 8, 7, 25, 10),
        k=count,
    )
    for n, at in enumerate(_instants(count, random, now)):
        live = n >= count - LIVE
        customer = customers[random.randrange(len(customers))]
        owner = customer[owner_at]
        agents, ai_agents = people[owner]
        inbound, agent = random.random() < 0.6, random.choice(agents)
        fate = random.random()
        answered = live or fate < 0.8
        waited = timedelta(microseconds=int(random.expovariate(1 / 15) * 1_000_000))
        talk = 0 if live or not answered else min(3600, int(random.lognormvariate(4.8, 0.9)))
        answered_at = at + waited if answered else None
        ended_at = None if live else at + waited + timedelta(seconds=talk)
        status = (
            "in_progress" if live else "completed" if answered else "canceled" if inbound else "no_answer"
        )
        reason = "" if live else "hangup" if answered else "abandoned" if inbound else "no_answer"
        yield _row(
            Call,
            id=n + 1,
            created_at=at,
            owner_id=owner,
            ai_agent_id=None if inbound and n % 2 else ai_agents[n % len(ai_agents)],
            agent_id=agent if inbound and answered else None,
            customer_id=customer[id_at],
            direction="inbound" if inbound else "outbound",
            provider="vapi",
            provider_call_id=f"bench-{n}",
            phone_number=customer[phone_at],
            status=status,
            outcome=outcomes[n] if answered and not live else "",
            queued_at=at if inbound else None,
            started_at=at,
            answered_at=answered_at,
            ended_at=ended_at,
            talk_s=talk,
            hold_s=talk // 10,
            acw_s=20 if talk else 0,
            satisfaction=1 + n % 5 if talk and n % 3 == 0 else None,
            ended_reason=reason,
            notes="",
        )
        if inbound:
            entries.append(
                _row(
                    QueueEntry,
                    id=len(entries) + 1,
                    created_at=at,
                    call_id=n + 1,
                    status="completed" if answered else "abandoned",
                    priority=1 + n % 5,
                    queued_at=at,
                    assigned_agent_id=agent if answered or n % 3 else None,
                    assigned_at=at if answered else None,
                    left_at=answered_at or ended_at,
                )
            )


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _at(model: type[Model], column: str) -> int:
    return _columns(model).index(column)


_LAYOUTS: dict[type[Model], list[str]] = {}


def _row(model: type[Model], **values: Any) -> Row:
    layout = _LAYOUTS.get(model) or _LAYOUTS.setdefault(model, _columns(model))
    return [values[column] for column in layout]


def _copy(model: type[Model], rows: Iterable[Row]) -> None:
    table, columns = model._meta.db_table, ", ".join(_columns(model))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            )
            return
        marks = ", ".join("?" * len(_columns(model)))
        raw: Any = connection.connection
        raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", map(_as_text, rows))


def _as_text(row: Row) -> list[Any]:
    """As Django keeps instants on SQLite: in UTC, without the zone."""
    return [str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value for value in row]


if __name__ == "__main__":
    main()
