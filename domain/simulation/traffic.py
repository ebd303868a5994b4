"""The demo's living present: what happens at the tenants, played through the services in a thread."""

import logging
import threading
from datetime import UTC, datetime
from random import Random
from typing import Final

from django.db import connections

from domain.errors import DomainError
from domain.models import AIAgent, Customer, Subscription, User
from domain.simulation.agenda import Stage
from domain.simulation.calls import Calls
from domain.simulation.company import DEMO_AGENT, DEMO_TENANT, Tenant
from domain.simulation.errands import Errands

log = logging.getLogger(__name__)

_LONGEST_NAP_S: Final = 0.5  # how late a stop may be noticed


class NoDemoCompany(Exception):
    """The database holds no tenant that traffic could be played for."""


def load_tenants() -> list[Tenant]:
    """The tenants that have all it takes to be played; the agent whom the visitor plays is left out."""
    tenants = []
    for owner in User.objects.filter(role=User.Role.USER, is_active=True).order_by("pk"):
        people = owner.agents.filter(is_active=True).exclude(email=DEMO_AGENT.email).order_by("pk")
        ai_agent = AIAgent.objects.filter(owner=owner).order_by("pk").first()
        subscription = Subscription.objects.filter(user=owner).order_by("pk").last()
        customers = list(Customer.objects.filter(owner=owner, is_do_not_call=False).order_by("pk"))
        if people and ai_agent and subscription and customers:
            tenants.append(Tenant(owner, list(people), ai_agent, customers, subscription))
    return tenants


class Traffic:
    """Plays the tenants' calls, callbacks and payments; ``speed`` 2 lets everything take half as long."""

    def __init__(self, *, speed: float = 1.0, random: Random | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be positive, not {speed}")
        self._stage = Stage(random or Random(), speed)

    def begin(self, now: datetime) -> None:
        """Look at the database and enter what follows from it; raises NoDemoCompany."""
        tenants = load_tenants()
        if not tenants:
            raise NoDemoCompany("There is no tenant with agents, an AI agent, customers and a subscription.")
        visitor = User.objects.filter(email=DEMO_AGENT.email).first()
        for tenant in tenants:
            played = visitor if visitor is not None and visitor.owner_id == tenant.user.pk else None
            Calls(tenant, played, self._stage).resume(now)
            visited = tenant.user.email == DEMO_TENANT.email
            Errands(tenant, played, visited, self._stage).resume(now)

    def run_due(self, now: datetime) -> None:
        """Do what is due. What a service refuses, somebody else's action has overtaken: it is dropped."""
        for action in self._stage.agenda.due(now):
            try:
                action(now)
            except DomainError as refusal:
                log.debug("overtaken: %s", refusal)
            except Exception:
                log.exception("a simulated event failed")

    @property
    def next_at(self) -> datetime | None:
        return self._stage.agenda.next_at


class TrafficThread(threading.Thread):
    """Traffic beside a server, in its process."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__(name="demo-traffic", daemon=True)
        self._traffic = traffic
        self._stopped = threading.Event()

    def run(self) -> None:
        try:
            self._traffic.begin(datetime.now(UTC))
            while not self._stopped.is_set():
                self._traffic.run_due(datetime.now(UTC))
                self._stopped.wait(self._nap())
        except Exception:
            log.exception("the simulated traffic ended")
        finally:
            connections.close_all()

    def stop(self) -> None:
        """End it after the event in progress; waits for that."""
        self._stopped.set()
        self.join(timeout=10)

    def _nap(self) -> float:
        next_at = self._traffic.next_at
        if next_at is None:
            return _LONGEST_NAP_S
        return min(max((next_at - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_NAP_S)
