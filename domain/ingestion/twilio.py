"""Twilio's own status callbacks, read and put into call events.

The form is https://www.twilio.com/docs/voice/api/call-resource#statuscallback. Twilio may lose one, and does
not send it again: so each says all that must have happened before.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qs, parse_qsl, urlsplit

from msgspec import Struct

from domain.errors import InvalidInput
from domain.ingestion import call_events as events
from domain.ingestion import calls
from domain.ingestion.verdicts import Ignored, read, storable
from domain.models import QueueEntry

KIND: Final = "twilio.status"
_MAX_FIELDS: Final = 200  # some thirty are usual
_MISSED: Final[dict[str, Literal["busy", "no_answer", "failed"]]] = {
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
}


_Begun = Literal["queued", "initiated", "ringing", "in-progress"]
_Over = Literal["completed", "busy", "no-answer", "failed", "canceled"]


class StatusCallback(Struct, frozen=True):
    """What is kept of a callback. ``duration`` is seconds of talk, ``parent`` the call whose leg this is."""

    id: events.Key
    call: events.Key
    status: _Begun | _Over
    at: events.Instant
    direction: str = ""
    caller: str = ""
    called: str = ""
    parent: str = ""
    duration: events.Seconds | None = None
    tenant: events.RowId | None = None

    @property
    def inbound(self) -> bool:
        """Whether somebody called; a call that a program began is ``outbound-api`` or ``outbound-dial``."""
        return not self.direction.startswith("outbound")

    @property
    def phone_number(self) -> str:
        """The other side's, empty if it is withheld or no number of the telephone network."""
        return events.number_if_any(self.caller if self.inbound else self.called)


def fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form as they came; InvalidInput if it is none."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InvalidInput("body", "The body is not a form.") from error


def parse(body: bytes, url: str, received_at: float) -> tuple[str, dict[str, Any]]:
    """The key of a callback, and what is kept of it. InvalidInput unless it is one.

    A call has each status once, so that its id and the status name the callback. ``?tenant=`` in the address,
    which is signed too, says whose call it is.
    """
    form = dict(fields(body))
    for name in ("CallSid", "CallStatus"):
        if not 1 <= len(form.get(name, "")) <= 100:
            raise InvalidInput(name, f"A status callback has a {name} of at most 100 characters.")
    key = f"{form['CallSid']}:{form['CallStatus']}"
    return key, storable(
        {
            "id": key,
            "type": KIND,
            "call": form["CallSid"],
            "status": form["CallStatus"],
            "at": _instant(form.get("Timestamp", ""), received_at).isoformat(),
            "direction": form.get("Direction", "")[:40],
            "caller": form.get("From", "")[:100],
            "called": form.get("To", "")[:100],
            "parent": form.get("ParentCallSid", "")[:100],
            "duration": _whole(form.get("CallDuration", "")),
            "tenant": _whole(parse_qs(urlsplit(url).query).get("tenant", [""])[-1]),
        }
    )


def apply(provider: str, payload: dict[str, Any]) -> None:
    """Write down what Twilio reports. Raises Ignored, NotYet or DomainError; then nothing is written."""
    callback = read(payload, StatusCallback)
    if callback.parent:
        raise Ignored(f"It is a leg of the call {callback.parent}.")
    call = calls.known_call(provider, callback.call)
    if call is not None and QueueEntry.objects.filter(call=call, left_at=None).exists():
        calls.apply_all(provider, _while_it_waits(callback))
    else:
        calls.apply_all(provider, _in_order(callback))


def _in_order(callback: StatusCallback) -> list[events.Event]:
    """What a callback says has happened, from the beginning of the call on."""
    names: events.Names = {"id": callback.id, "call": callback.call}
    at, status = callback.at, callback.status
    answered_at = at - timedelta(seconds=callback.duration or 0)  # of one that is completed
    started = events.Started(
        **names,
        at=answered_at if status == "completed" else at,
        direction="inbound" if callback.inbound else "outbound",
        tenant=callback.tenant,
        phone_number=callback.phone_number,
        queued=False,  # who keeps a queue reports it with call events
    )
    if status == "ringing" and not callback.inbound:
        return [started, events.Ringing(**names, at=at)]
    if status == "in-progress":
        return [started, events.Answered(**names, at=at)]
    if status == "completed":
        return [
            started,
            events.Answered(**names, at=answered_at),
            events.Ended(**names, at=at, talk_s=callback.duration),
        ]
    if status == "canceled":
        return [started, events.Abandoned(**names, at=at)]
    if status in _MISSED:
        return [started, events.Missed(**names, at=at, reason=_MISSED[status])]
    return [started]


def _while_it_waits(callback: StatusCallback) -> list[events.Event]:
    """Of a call in a queue, Twilio knows only that the caller has gone; the queue says who answered."""
    if callback.status in ("completed", "canceled", *_MISSED):
        return [events.Abandoned(id=callback.id, call=callback.call, at=callback.at)]
    raise Ignored("The call waits in a queue; who answers it is reported by a call event.")


def _instant(text: str, received_at: float) -> datetime:
    """When it happened; as early as it was heard of, if that is not said."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        at = None
    return datetime.fromtimestamp(received_at, UTC) if at is None or at.tzinfo is None else at


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
