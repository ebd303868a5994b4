"""The events of calls: their form. docs/webhooks.md says what each means."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from django.core.exceptions import ValidationError
from msgspec import Meta, Struct

from domain.models.base import validate_phone

Key = Annotated[str, Meta(min_length=1, max_length=255)]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]
Priority = Annotated[int, Meta(ge=1, le=5)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class Names(TypedDict):
    """What every event has beside its instant."""

    id: str
    call: str


def number_if_any(text: str) -> str:
    """``text`` if it is an E.164 number, else the empty text of a caller who withholds it."""
    try:
        validate_phone(text)
    except ValidationError:
        return ""
    return text


class Event(Struct, frozen=True, tag_field="type"):
    """``id`` names the event, ``call`` the provider's call, ``at`` is when it happened."""

    id: Key
    at: Instant
    call: Key


class Started(Event, frozen=True, tag="call.started"):
    """A call arrives (inbound) or is placed (outbound). ``queued`` false: it rings at the AI agent.

    It is the call of ``tenant``, or of whom the AI agent belongs to.
    """

    direction: Literal["inbound", "outbound"]
    tenant: RowId | None = None
    phone_number: Annotated[str, Meta(max_length=16)] = ""
    ai_agent: Annotated[str, Meta(max_length=255)] = ""
    priority: Priority = 3
    queued: bool = True


class Ringing(Event, frozen=True, tag="call.ringing"):
    """An outbound call rings at the other side."""


class Offered(Event, frozen=True, tag="call.offered"):
    """A waiting call rings at an agent."""

    agent: RowId


class Returned(Event, frozen=True, tag="call.returned"):
    """The agent did not pick up: the call waits again."""


class Answered(Event, frozen=True, tag="call.answered"):
    """By ``agent``, or by the AI agent or the other side if there is none."""

    agent: RowId | None = None


class Forwarded(Event, frozen=True, tag="call.forwarded"):
    """It is being put through to somebody else."""


class TakenOver(Event, frozen=True, tag="call.taken_over"):
    """``agent`` has taken the forwarded call."""

    agent: RowId


class Ended(Event, frozen=True, tag="call.ended"):
    """An answered call is over. Durations are seconds; without ``talk_s``: from answer to end."""

    outcome: Literal["", "interested", "callback_requested", "converted", "not_interested", "voicemail"] = ""
    talk_s: Seconds | None = None
    hold_s: Seconds = 0
    acw_s: Seconds = 0
    satisfaction: Priority | None = None
    notes: Annotated[str, Meta(max_length=2000)] = ""


class Missed(Event, frozen=True, tag="call.missed"):
    """It came to nothing."""

    reason: Literal["busy", "no_answer", "failed"]


class Abandoned(Event, frozen=True, tag="call.abandoned"):
    """The caller hung up before anybody answered; outbound: it was canceled."""


class CallbackRequested(Event, frozen=True, tag="call.callback_requested"):
    """A waiting caller would rather be called back at ``due_at``."""

    due_at: Instant
    priority: Priority = 3
    reason: Annotated[str, Meta(max_length=255)] = ""


CallEvent = (
    Started
    | Ringing
    | Offered
    | Returned
    | Answered
    | Forwarded
    | TakenOver
    | Ended
    | Missed
    | Abandoned
    | CallbackRequested
)
