"""The people of the demo: a platform with a few tenants, their agents, customers and subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from domain.models import (
    AgentProfile,
    AIAgent,
    Customer,
    Plan,
    Subscription,
    SubscriptionChange,
    User,
)

DEMO_PASSWORD: Final = "switchboard-demo"  # noqa: S105 - printed on the sign-in page of the demo


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody a visitor of the demo signs in as."""

    role: str
    email: str
    first_name: str
    last_name: str
    label: str


DEMO_ADMIN: Final = DemoPerson("admin", "admin@demo.example", "Ada", "Osei", "Admin of the platform")
DEMO_TENANT: Final = DemoPerson("user", "tenant@demo.example", "Noor", "Haddad", "Tenant with an AI agent")
DEMO_AGENT: Final = DemoPerson("agent", "agent@demo.example", "Sam", "Rivera", "Agent who answers calls")
DEMO_PEOPLE: Final = (DEMO_ADMIN, DEMO_TENANT, DEMO_AGENT)

# Big cities around the globe: a demo started at any hour finds some where the day is busy.
_ZONES: Final = (
    *(
        "Pacific/Auckland",
        "Australia/Sydney",
        "Asia/Tokyo",
        "Asia/Singapore",
        "Asia/Kathmandu",
        "Asia/Kolkata",
    ),
    *("Asia/Dubai", "Africa/Nairobi", "Europe/Athens", "Europe/Berlin", "Europe/London"),
    *("Atlantic/Azores", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"),
)
_BUSY_LOCAL_HOUR: Final = 13.5

_FIRST_NAMES: Final = (
    *("Amara", "Ben", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hana", "Ines", "Jonas", "Keiko", "Liam"),
    *("Maya", "Nils", "Olu", "Priya", "Quentin", "Rosa", "Stefan", "Tara", "Uma", "Viktor", "Wen", "Yusuf"),
)
_LAST_NAMES: Final = (
    *("Abebe", "Brandt", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hoang", "Ito", "Jansen", "Kaya"),
    *(
        "Lindqvist",
        "Moreau",
        "Nowak",
        "Okafor",
        "Petrov",
        "Rossi",
        "Silva",
        "Tanaka",
        "Vargas",
        "Weber",
        "Zhang",
    ),
)
# People who answer at each tenant: most of them where the visitor looks, so that much happens there.
AGENTS: Final = (8, 2, 1, 1)
# Tenants: company, its AI agent's name, status and training level, and the plan's place in _PLANS.
_TENANTS: Final = (
    ("Haddad Solar", "Nova", AIAgent.Status.ACTIVE, 88, 1),
    ("Northwind Dental", "Iris", AIAgent.Status.ACTIVE, 74, 1),
    ("Blue Harbour Travel", "Juno", AIAgent.Status.OPTIMIZING, 92, 2),
    ("Kestrel Insurance", "Echo", AIAgent.Status.LEARNING, 46, 2),
)

_PLANS: Final = (
    (Plan.Name.STARTER, "49.00", 3_000, 1_000, 3, ["3 agents", "E-mail support"]),
    (Plan.Name.PRO, "199.00", 40_000, 40_000, 12, ["12 agents", "Call analytics", "Priority support"]),
    (Plan.Name.ENTERPRISE, "899.00", None, None, 100, ["100 agents", "Single sign-on", "A named contact"]),
)


@dataclass(slots=True)
class Tenant:
    """A tenant as the simulation sees it; ``agents`` are the people it plays, in order."""

    user: User
    agents: list[User]
    ai_agent: AIAgent
    customers: list[Customer]
    subscription: Subscription

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.user.timezone)


@dataclass(slots=True)
class Company:
    """Everybody of the demo; ``demo_agent`` works for the first tenant and is played by the visitor alone."""

    admin: User
    demo_agent: User
    tenants: list[Tenant] = field(default_factory=list)

    def crew(self, tenant: Tenant) -> list[User]:
        """Everybody who has answered the tenant's calls so far, the visitor's agent last."""
        return [*tenant.agents, self.demo_agent] if self.demo_agent.owner == tenant.user else tenant.agents


def zones_in_full_swing(now: datetime) -> list[str]:
    """Zone names, the one where it is nearest to early afternoon first."""

    def distance(name: str) -> float:
        local = now.astimezone(ZoneInfo(name))
        gap = abs(local.hour + local.minute / 60 - _BUSY_LOCAL_HOUR)
        return min(gap, 24 - gap)

    return sorted(_ZONES, key=distance)


def person_name(random: Random) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(_FIRST_NAMES), random.choice(_LAST_NAMES)


def phone_number(random: Random) -> str:
    """A number of the range that is reserved for fiction, in E.164 form; not unique."""
    return f"+1{random.choice((212, 312, 415, 503, 617, 702))}555{random.randrange(10_000):04}"


def found_company(
    random: Random, now: datetime, *, agents: Sequence[int] = AGENTS, opened: datetime
) -> Company:
    """Write the people, plans and subscriptions of a demo that opened its doors at ``opened``.

    ``agents`` are the numbers of people who answer at each tenant, the visitor's not counted.
    """
    password = make_password(DEMO_PASSWORD)
    zones = zones_in_full_swing(now)
    admin = _person(DEMO_ADMIN, password, opened, is_superuser=True, timezone="UTC")
    plans = [
        Plan.objects.create(
            name=name,
            price=Decimal(price),
            call_minutes_limit=minutes,
            call_limit=calls,
            agents_allowed=allowed,
            features=features,
            created_at=opened,
        )
        for name, price, minutes, calls, allowed, features in _PLANS
    ]
    company = Company(admin=admin, demo_agent=admin)
    for index, (name, *_) in enumerate(_TENANTS):
        joined = opened + 0.1 * index * (now - opened)
        owner = _tenant_owner(index, name, zones[index % 3], password, joined, random)
        tenant = _furnish(index, owner, plans, agents[index], now, opened, random)
        if index == 0:
            company.demo_agent = _person(DEMO_AGENT, password, opened, owner=owner, timezone=owner.timezone)
            AgentProfile.objects.create(user=company.demo_agent, employee_id="A-100", created_at=opened)
        company.tenants.append(tenant)
    _trial_tenants(plans, zones, now, random)
    return company


def _person(who: DemoPerson, password: str, at: datetime, **fields: object) -> User:
    return User.objects.create(
        email=who.email,
        role=who.role,
        first_name=who.first_name,
        last_name=who.last_name,
        user_name=who.first_name,
        password=password,
        is_verified=True,
        created_at=at,
        **fields,
    )


def _tenant_owner(
    index: int, company: str, zone: str, password: str, joined: datetime, random: Random
) -> User:
    if index == 0:
        return _person(DEMO_TENANT, password, joined, timezone=zone, phone=phone_number(random))
    first, last = person_name(random)
    slug = company.lower().replace(" ", "-")
    return User.objects.create(
        email=f"office@{slug}.example",
        role=User.Role.USER,
        first_name=first,
        last_name=last,
        user_name=company,
        password=password,
        is_verified=True,
        timezone=zone,
        phone=phone_number(random),
        created_at=joined,
    )


def _furnish(
    index: int,
    owner: User,
    plans: Sequence[Plan],
    people: int,
    now: datetime,
    opened: datetime,
    random: Random,
) -> Tenant:
    agents = []
    for number in range(people):
        first, last = person_name(random)
        agents.append(
            User.objects.create(
                email=f"{first}.{last}.{index}{number:02}@staff.example".lower(),
                role=User.Role.AGENT,
                owner=owner,
                first_name=first,
                last_name=last,
                timezone=owner.timezone,
                password="!",  # noqa: S106 - nobody signs in as these
                created_at=opened + (now - opened) * number / people,
            )
        )
    AgentProfile.objects.bulk_create(
        AgentProfile(user=agent, employee_id=f"A-{101 + number}", created_at=agent.created_at)
        for number, agent in enumerate(agents)
    )
    _, ai_name, ai_status, training_level, plan = _TENANTS[index]
    ai_agent = AIAgent.objects.create(
        owner=owner,
        name=ai_name,
        status=ai_status,
        training_level=training_level,
        personality_type=AIAgent.Personality.FRIENDLY,
        working_hours_start=time(8),
        working_hours_end=time(20),
        created_at=opened,
    )
    customers = Customer.objects.bulk_create(
        Customer(
            owner=owner,
            phone=f"+1{415 + index}555{number:04}",
            name=" ".join(person_name(random)),
            interest=random.choices(Customer.Interest.values, (50, 28, 14, 8))[0],
            is_do_not_call=random.random() < 0.03,
            created_at=opened + (now - opened) * random.random(),
        )
        for number in range(400)
    )
    subscription = _subscribe(owner, plans[plan], Subscription.Status.ACTIVE, opened, now)
    return Tenant(owner, agents, ai_agent, customers, subscription)


def _subscribe(owner: User, plan: Plan, status: str, since: datetime, now: datetime) -> Subscription:
    """A subscription in ``status``, its current period running."""
    elapsed = (now - since) // timedelta(days=30)
    start = since + elapsed * timedelta(days=30)
    subscription = Subscription.objects.create(
        user=owner,
        plan=plan,
        status=status,
        current_period_start=start,
        current_period_end=start + timedelta(days=30),
        created_at=since,
    )
    SubscriptionChange.objects.create(subscription=subscription, to_status=status, at=since, created_at=since)
    return subscription


def _trial_tenants(plans: Sequence[Plan], zones: Sequence[str], now: datetime, random: Random) -> None:
    """A few young tenants without calls: growth, trials, churn, AI agents in training."""
    states = ("trialing", "trialing", "past_due", "canceled", "active", "incomplete")
    for number, status in enumerate(states):
        first, last = person_name(random)
        since = now - timedelta(days=1 + 2.3 * number, hours=number)
        owner = User.objects.create(
            email=f"{first}.{last}.{number}@new.example".lower(),
            first_name=first,
            last_name=last,
            timezone=random.choice(zones),
            password="!",  # noqa: S106 - nobody signs in as these
            created_at=since,
        )
        _subscribe(owner, plans[number % 2], status, since, now)
        AIAgent.objects.create(
            owner=owner,
            name=f"Assistant of {first}",
            status=AIAgent.Status.TRAINING if number % 2 else AIAgent.Status.LEARNING,
            training_level=8 + 4 * number,
            created_at=since,
        )
