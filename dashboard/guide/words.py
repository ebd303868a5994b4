"""What the keys of several sections have in common: the clocks they follow, the words they take."""

from typing import Final

from dashboard.guide.kinds import TEXT, Key, one_of
from domain.models import AgentState, AIAgent, Call, Payment, Plan, Subscription, SystemAlert, User

MIDNIGHT: Final = "at local midnight"
DUE: Final = "when a callback's time passes"
MINUTE: Final = "every full minute"

CALL_STATUS: Final = one_of(*Call.Status.values)
OUTCOME: Final = one_of(*Call.Outcome.values)
DIRECTION: Final = one_of(*Call.Direction.values)
ROLE: Final = one_of(*User.Role.values)
SEVERITY: Final = one_of(*SystemAlert.Severity.values)
AI_AGENT_STATUS: Final = one_of(*AIAgent.Status.values)
AGENT_STATE: Final = one_of(*AgentState.State.values)
PAYMENT_STATUS: Final = one_of(*Payment.Status.values)
SUBSCRIPTION_STATUS: Final = one_of(*Subscription.Status.values)
PLAN: Final = one_of(*Plan.Name.values)
ACCOUNT: Final = one_of("active", "disabled")
PHONE: Final = TEXT.means("E.164; empty if withheld.")


def keys_below(path: str, **keys: Key) -> dict[str, Key]:
    """Keys below ``path``."""
    return {f"{path}.{name}": key for name, key in keys.items()}
