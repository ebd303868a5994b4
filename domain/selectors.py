"""Look-ups of single rows, shared by whoever needs one; the dashboards' own reads are many scopes at once."""

from datetime import datetime

from domain.errors import NotFound
from domain.models import AgentState, AIAgent, Call, Customer, Subscription, SystemAlert, User


def user_by_email(email: str) -> User:
    """Whoever signs in with ``email``, in whatever case; NotFound."""
    user = User.objects.filter(email=email).first()
    if user is None:
        raise NotFound("user", email)
    return user


def call_by_provider_id(provider: str, provider_call_id: str) -> Call:
    """The call a provider speaks of; NotFound."""
    call = Call.objects.filter(provider=provider, provider_call_id=provider_call_id).first()
    if call is None:
        raise NotFound("call", f"{provider} {provider_call_id}")
    return call


def customer_by_phone(owner: User, phone: str) -> Customer | None:
    """The tenant's customer of that number."""
    return Customer.objects.filter(owner=owner, phone=phone).first()


def current_subscription(user: User) -> Subscription | None:
    """The tenant's newest subscription that has not ended; without one, the newest of all."""
    newest = user.subscriptions.select_related("plan").order_by("-created_at", "-pk")
    return newest.exclude(status__in=Subscription.ENDED).first() or newest.first()


def ai_agent_of(owner: User) -> AIAgent | None:
    """The AI agent that the tenant's dashboard shows: the first that is ready, or else the first of all."""
    ai_agents = list(owner.ai_agents.order_by("pk"))
    return next((each for each in ai_agents if each.is_ready_for_calls), ai_agents[0] if ai_agents else None)


def agent_state(agent: User) -> AgentState | None:
    """The agent's present stretch; None for one who never had any, which counts as offline."""
    return AgentState.objects.filter(agent=agent, until=None).first()


def live_system_alerts(role: str, now: datetime) -> list[SystemAlert]:
    """What is announced to ``role`` at ``now``, oldest first. There are few: the roles are filtered here."""
    standing = SystemAlert.objects.filter(withdrawn_at=None, starts_at__lte=now).order_by("starts_at", "pk")
    return [alert for alert in standing.exclude(expires_at__lte=now) if role in alert.target_roles]
