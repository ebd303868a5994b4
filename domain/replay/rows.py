"""A CSV of calls, read and checked. Pure.

Columns: ``call_id, direction, queued_at, answered_at, ended_at, agent, status``; instants are ISO 8601 with
an offset. ``answered_at`` and ``agent`` may be empty for a call that nobody answered. A further column,
``phone_number``, is the other side's in E.164 form; outbound calls need it.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

COLUMNS: Final = ("call_id", "direction", "queued_at", "answered_at", "ended_at", "agent", "status")
PHONE_COLUMN: Final = "phone_number"
DIRECTIONS: Final = ("inbound", "outbound")
# What a recorded call can have ended as; `abandoned` is a caller who hung up in the queue.
ANSWERED_STATUS: Final = "completed"
UNANSWERED_STATUSES: Final = ("abandoned", "busy", "no_answer", "failed")
MAX_ID: Final = 200  # characters; a provider's call id has room for 255


class BadFile(Exception):
    """Not a CSV of calls at all: the header lacks a column."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call as it was recorded. ``answered_at`` is None exactly when ``status`` is not completed."""

    line: int
    call_id: str
    direction: str
    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    agent: str
    status: str
    phone_number: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that was left out, and why."""

    line: int
    reason: str


def read(lines: Iterable[str]) -> Iterator[Recorded | BadRow]:
    """The rows of a file in its order, each a call or the reason why it is none; raises BadFile."""
    reader = csv.DictReader(lines, strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadFile(f"The header lacks {', '.join(missing)}; expected {','.join(COLUMNS)}.")
    seen: set[str] = set()
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            # The inner reader's: DictReader counts only lines that it could read.
            yield BadRow(reader.reader.line_num, f"not CSV: {error}")
            continue
        try:
            call = _call(reader.line_num, row)
            if call.call_id in seen:
                raise ValueError(f"call_id {call.call_id!r} stands further up already")
            seen.add(call.call_id)
        except ValueError as error:
            yield BadRow(reader.line_num, str(error))
        else:
            yield call


def _call(line: int, row: dict[str, str | None]) -> Recorded:
    if None in row:
        raise ValueError("more fields than columns")
    if any("\0" in (text or "") for text in row.values()):
        raise ValueError("contains NUL, which no database keeps")
    fields = {name: (row[name] or "").strip() for name in COLUMNS}
    phone_number = (row.get(PHONE_COLUMN) or "").strip()
    if not fields["call_id"] or len(fields["call_id"]) > MAX_ID:
        raise ValueError(f"call_id must have 1 to {MAX_ID} characters")
    if fields["direction"] not in DIRECTIONS:
        raise ValueError(f"direction {fields['direction']!r} is not {' or '.join(DIRECTIONS)}")
    status = fields["status"]
    if status != ANSWERED_STATUS and status not in UNANSWERED_STATUSES:
        known = ", ".join((ANSWERED_STATUS, *UNANSWERED_STATUSES))
        raise ValueError(f"status {status!r} is not one of {known}")
    queued = _instant("queued_at", fields["queued_at"])
    ended = _instant("ended_at", fields["ended_at"])
    answered = _instant("answered_at", fields["answered_at"]) if fields["answered_at"] else None
    if (status == ANSWERED_STATUS) != (answered is not None):
        raise ValueError(f"a call that is {status} {'has no' if answered else 'needs an'} answered_at")
    if answered is not None and fields["direction"] == "inbound" and not fields["agent"]:
        raise ValueError("an answered inbound call needs an agent")
    if fields["direction"] == "outbound" and not phone_number:
        raise ValueError("an outbound call needs a phone_number")
    if not queued <= (answered or queued) <= ended:
        raise ValueError("queued_at, answered_at and ended_at are not in this order")
    return Recorded(
        line=line,
        call_id=fields["call_id"],
        direction=fields["direction"],
        queued_at=queued,
        answered_at=answered,
        ended_at=ended,
        agent=fields["agent"],
        status=status,
        phone_number=phone_number,
    )


def _instant(name: str, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} {text!r} is not an ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise ValueError(f"{name} {text!r} has no UTC offset")
    return instant


def shifted(calls: Sequence[Recorded], last_end: datetime) -> list[Recorded]:
    """The same calls, moved by whole seconds so that the last one ends in the second before ``last_end``."""
    if not calls:
        return []
    by = last_end - max(call.ended_at for call in calls)
    by -= timedelta(microseconds=by.microseconds)
    return [
        replace(
            call,
            queued_at=call.queued_at + by,
            answered_at=call.answered_at and call.answered_at + by,
            ended_at=call.ended_at + by,
        )
        for call in calls
    ]
