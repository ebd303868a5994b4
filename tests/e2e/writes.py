"""What a test has another process do to the server's database; ``python -m tests.e2e.writes`` obeys.

Each line of its input is ``{"do": name, "with": arguments}``, each line of its output the answer. People are
named by their emails, calls by their numbers.
"""

import json
import os
import signal
import sys
import traceback
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import django

django.setup()

from django.db import close_old_connections  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402

from accounts.sessions import sign_in  # noqa: E402
from dashboard.access import follows  # noqa: E402
from domain.models import Call, Callback, Customer, QueueEntry, SystemAlert, User  # noqa: E402
from domain.services import agents, callbacks, calls, customers, people, queue, system_alerts  # noqa: E402
from domain.simulation import company  # noqa: E402
from realtime.marks import bell  # noqa: E402
from realtime.sections import compute  # noqa: E402
from realtime.snapshots import snapshot  # noqa: E402

OTHER_TENANT: Final = "office@northwind-dental.example"


def found_company() -> None:
    """The demo's people without their past: DEMO_PEOPLE and OTHER_TENANT sign in with DEMO_PASSWORD."""
    now = datetime.now(UTC)
    company.found_company(Random(1), now, agents=(1, 1, 1, 1), opened=now - timedelta(days=7))


def receive_call(tenant: str, phone_number: str = "+14155550100") -> int:
    """A call waits at a tenant; returns its number."""
    return queue.receive_call(owner=_user(tenant), phone_number=phone_number).pk


def abandon_call(call: int) -> None:
    """The caller hangs up."""
    calls.abandon_call(call=_call(call))


def clear_queue(tenant: str) -> None:
    """Every caller of a tenant who waits hangs up."""
    for entry in QueueEntry.objects.filter(call__owner=_user(tenant), left_at=None).select_related("call"):
        calls.abandon_call(call=entry.call)


def end_calls(agent: str) -> None:
    """Whatever an agent has on the line ends, and the agent is ready for the next."""
    user = _user(agent)
    for call in Call.objects.filter(agent=user, ended_at=None, status__in=Call.ACTIVE):
        calls.end_call(call=call)
    make_available(agent)


def make_available(agent: str) -> None:
    """The agent chooses to be available."""
    user = _user(agent)
    if agents.current_state(user) != agents.State.AVAILABLE:
        agents.change_state(agent=user, state=agents.State.AVAILABLE)


def add_customer(tenant: str, name: str) -> int:
    """A new customer of a tenant; returns the number."""
    taken = Customer.objects.count()
    return customers.create_customer(owner=_user(tenant), phone=f"+1900{taken:07}", name=name).pk


def offer_call(call: int, agent: str) -> None:
    """A waiting call rings at an agent."""
    queue.offer_call(call=_call(call), agent=_user(agent))


def promise_callback(tenant: str, seconds: float) -> tuple[int, str]:
    """A callback that will be due in so many seconds; returns its number and that instant (ISO 8601)."""
    owner = _user(tenant)
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    customer = Customer.objects.filter(owner=owner).earliest("pk")
    return callbacks.schedule_callback(owner=owner, customer=customer, due_at=due).pk, due.isoformat()


def cancel_callback(callback: int) -> None:
    """Nobody will call back."""
    callbacks.cancel_callback(callback=Callback.objects.get(pk=callback))


def broadcast(title: str, roles: list[str], message: str = "For a test.") -> int:
    """An announcement of the admins to everybody of some roles; returns its number."""
    return system_alerts.create_system_alert(title=title, message=message, target_roles=roles).pk


def broadcast_and_die(title: str, roles: list[str]) -> None:
    """The same, but the process is killed when the database has committed, before anybody is told."""
    bell.connect(lambda: os.kill(os.getpid(), signal.SIGKILL))
    broadcast(title, roles)


def withdraw_all() -> None:
    """Take back whatever is announced."""
    for alert in SystemAlert.objects.filter(withdrawn_at=None):
        system_alerts.withdraw_system_alert(alert=alert)


def withdraw(alert: int) -> None:
    """Take an announcement back."""
    system_alerts.withdraw_system_alert(alert=SystemAlert.objects.get(pk=alert))


def disable(email: str) -> None:
    """Lock an account."""
    people.disable_user(user=_user(email))


def enable(email: str) -> None:
    """Open it again."""
    people.enable_user(user=_user(email))


def expired_token(email: str) -> str:
    """An access token of a living sign-in that expired a minute ago."""
    pair = sign_in(email, company.DEMO_PASSWORD, datetime.now(UTC))
    token = AccessToken(pair.access)  # type: ignore[arg-type]  # SimpleJWT reads the encoded text
    token.set_exp(from_time=datetime.now(UTC), lifetime=timedelta(minutes=-1))
    return str(token)


def documents(email: str, instants: dict[str, str] | None = None) -> dict[str, Any]:
    """What somebody's documents should be, past every store: of now, or each of an instant of its own."""
    now = datetime.now(UTC)
    at = {kind: datetime.fromisoformat(instant) for kind, instant in (instants or {}).items()}
    with snapshot():
        return {
            scope.kind: compute([scope], at.get(scope.kind, now))[scope].data
            for scope in follows(_user(email))
        }


def _user(email: str) -> User:
    return User.objects.get(email=email)


def _call(number: int) -> Call:
    return Call.objects.get(pk=number)


def _obey() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any]
        close_old_connections()  # as before every request: the database may have been restarted
        try:
            answer = {"returned": globals()[asked["do"]](**asked["with"])}
        except Exception:
            answer = {"raised": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _obey()
