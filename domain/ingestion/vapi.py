"""Vapi's own server messages, read and put into call events.

The form is https://docs.vapi.ai/server-url/events. Changes of status and the report of the end are kept, and
of these no word that was said but the summary. Each says all that must have happened before.
"""

from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from domain.errors import InvalidInput
from domain.ingestion import call_events as events
from domain.ingestion import calls
from domain.ingestion.verdicts import Ignored, read, storable
from domain.models import Call
from domain.services.calls import describe_call

STATUS: Final = "status-update"
REPORT: Final = "end-of-call-report"
KINDS: Final = {type_: f"vapi.{type_}" for type_ in (STATUS, REPORT)}  # as they are stored
_STATUSES: Final = frozenset(("scheduled", "queued", "ringing", "in-progress", "forwarding", "ended"))
_MAX_NOTES: Final = 2000

# Why a call ended that nobody answered (https://docs.vapi.ai/calls/call-ended-reason).
_MISSED: Final[dict[str, Literal["busy", "no_answer"]]] = {
    "customer-busy": "busy",
    "customer-did-not-answer": "no_answer",
}
_ABANDONED: Final = frozenset(
    (
        "manually-canceled",
        "scheduled-call-deleted",
        "call-deleted",
        "call.ringing.sip-inbound-caller-hungup-before-call-connect",
    )
)
# Something broke, before the call was answered or during it; so does whatever names an error or a failure.
_BROKEN: Final = frozenset(
    (
        "assistant-not-found",
        "assistant-not-valid",
        "assistant-join-timed-out",
        "customer-did-not-give-microphone-permission",
        "phone-call-provider-bypass-enabled-but-no-call-received",
        "phone-call-provider-closed-websocket",
        "twilio-reported-customer-misdialed",
        "vonage-rejected",
        "worker-shutdown",
    )
)


class _Customer(Struct, frozen=True):
    number: str | None = None


class _Call(Struct, frozen=True, rename="camel"):
    id: events.Key
    type: str | None = None
    assistant_id: str | None = None
    customer: _Customer | None = None
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None


class _Analysis(Struct, frozen=True):
    summary: str | None = None


class _Message(Struct, frozen=True, rename="camel"):
    type: str
    call: _Call | None = None
    timestamp: float | None = None  # milliseconds
    status: str | None = None
    ended_reason: str | None = None
    customer: _Customer | None = None
    started_at: str | None = None
    ended_at: str | None = None
    analysis: _Analysis | None = None


class _Body(Struct, frozen=True):
    message: _Message


class Report(Struct, frozen=True):
    """What is kept of a message. ``at`` is when it was sent; the other instants are as Vapi knows them."""

    id: events.Key
    call: events.Key
    status: str
    at: events.Instant
    created_at: events.Instant | None = None
    started_at: events.Instant | None = None
    ended_at: events.Instant | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    phone_number: str = ""
    ai_agent: str = ""
    ended_reason: str = ""
    summary: str = ""

    @property
    def broken(self) -> bool:
        """Whether the call ended by a defect."""
        reason = self.ended_reason
        return (
            "error" in reason
            or "fail" in reason
            or reason.startswith("assistant-request-")
            or reason in _BROKEN
        )


def parse(body: bytes, received_at: float) -> tuple[str, dict[str, Any]]:
    """The key of a message, and what is kept of it. InvalidInput unless it is one; Ignored: nothing is.

    A call has each status once, so that its id and the status name the message.
    """
    try:
        message = msgspec.json.decode(body, type=_Body).message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("message", f"The body is no message of Vapi: {error}") from None
    status = REPORT if message.type == REPORT else message.status or ""
    if message.type not in (STATUS, REPORT) or status not in (*_STATUSES, REPORT):
        raise Ignored(f"Nothing is kept of {message.type[:60]} {status[:60]}".rstrip() + ".")
    call = message.call
    if call is None:
        raise InvalidInput("call", "The message does not say of which call it is.")
    key = f"{call.id}:{status}"
    customer = call.customer or message.customer
    return key, storable(
        {
            "id": key,
            "type": KINDS[message.type],
            "call": call.id,
            "status": status,
            "at": _instant(message.timestamp, received_at),
            "created_at": call.created_at,
            "started_at": message.started_at or call.started_at,
            "ended_at": message.ended_at or call.ended_at,
            "direction": "outbound" if call.type == "outboundPhoneCall" else "inbound",
            "phone_number": events.number_if_any((customer.number if customer else None) or ""),
            "ai_agent": call.assistant_id or "",
            "ended_reason": message.ended_reason or "",
            "summary": ((message.analysis.summary if message.analysis else None) or "")[:_MAX_NOTES],
        }
    )


def apply(provider: str, payload: dict[str, Any]) -> None:
    """Write down what Vapi reports. Raises Ignored, NotYet or DomainError; then nothing is written."""
    report = read(payload, Report)
    call = calls.known_call(provider, report.call)
    answered = call is not None and call.answered_at is not None
    try:
        calls.apply_all(provider, _in_order(report, answered=answered))
    except Ignored:
        # The end is told twice: at once, and again when there is a summary.
        if call is None or report.status != REPORT or not _described(call, report.summary):
            raise


def _in_order(report: Report, *, answered: bool) -> list[events.Event]:
    """What a message says has happened, from the beginning of the call on."""
    names: events.Names = {"id": report.id, "call": report.call}
    at, inbound = report.at, report.direction == "inbound"
    started = events.Started(
        **names,
        at=min(report.created_at or at, at),
        direction=report.direction,
        phone_number=report.phone_number,
        ai_agent=report.ai_agent,
        queued=False,  # an AI agent answers at once
    )
    if report.status in ("ended", REPORT):
        return [started, *_end(report, answered)]
    if report.status == "ringing" and not inbound:
        return [started, events.Ringing(**names, at=at)]
    if report.status == "in-progress":
        return [started, events.Answered(**names, at=at)]
    if report.status == "forwarding":
        return [started, events.Answered(**names, at=at), events.Forwarded(**names, at=at)]
    return [started]


def _end(report: Report, answered: bool) -> list[events.Event]:
    names: events.Names = {"id": report.id, "call": report.call}
    ended_at, reason = report.ended_at or report.at, report.ended_reason
    if report.broken:
        return [events.Missed(**names, at=ended_at, reason="failed")]
    if not answered and reason in _MISSED:
        return [events.Missed(**names, at=ended_at, reason=_MISSED[reason])]
    if not answered and reason in _ABANDONED:
        return [events.Abandoned(**names, at=ended_at)]
    return [
        events.Answered(**names, at=min(report.started_at or ended_at, ended_at)),
        events.Ended(
            **names,
            at=ended_at,
            outcome="voicemail" if reason == "voicemail" else "",
            notes=report.summary,
        ),
    ]


def _described(call: Call, summary: str) -> bool:
    """Whether a call that is over had no notes, and has the summary now."""
    if not summary or call.notes or call.status != Call.Status.COMPLETED:
        return False
    describe_call(call=call, notes=summary)
    return True


def _instant(milliseconds: float | None, received_at: float) -> str:
    """When it was sent; when it was heard of, if that is not said or cannot be."""
    try:
        at = datetime.fromtimestamp(received_at if milliseconds is None else milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        at = datetime.fromtimestamp(received_at, UTC)
    return at.isoformat()
