"""Plays recorded calls through the services, in the order in which things happened."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from domain.errors import DomainError
from domain.models import AgentState, Call, User
from domain.replay.rows import ANSWERED_STATUS, BadRow, Recorded
from domain.services import agents, calls, people, queue

ARRIVES, ANSWERED, ENDS = range(3)
_EMAIL_DOMAIN: Final = "replay.example"
_NOT_OF_EMAILS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a call at an instant."""

    at: datetime
    kind: int
    call: Recorded


def events(recorded: Iterable[Recorded]) -> list[Event]:
    """All that happened, in order; at one instant ends come first: the agent is free for the next."""
    found = []
    for call in recorded:
        found.append(Event(call.queued_at, ARRIVES, call))
        if call.answered_at is not None:
            found.append(Event(call.answered_at, ANSWERED, call))
        found.append(Event(call.ended_at, ENDS, call))
    return sorted(found, key=_order)


def _order(event: Event) -> tuple[datetime, bool, int, int]:
    # A call without any length still arrives, is answered and ends in this order.
    instant_end = event.kind == ENDS and event.call.queued_at < event.at
    return event.at, not instant_end, event.call.line, event.kind


class Player:
    """Plays events for one tenant; takes agents on as they appear, and collects what is ``refused``."""

    def __init__(self, owner: User, provider_prefix: str) -> None:
        self._owner = owner
        self._prefix = provider_prefix
        self._agents: dict[str, User] = {}
        self._calls: dict[str, Call] = {}
        self.refused: list[BadRow] = []
        self.played = 0

    def play(self, event: Event) -> None:
        """Let one event happen. A call that the services refuse is left out from there on."""
        step: Callable[[Event], None] = (self._arrive, self._answer, self._end)[event.kind]
        if event.kind != ARRIVES and event.call.call_id not in self._calls:
            return  # refused when it arrived
        try:
            step(event)
        except DomainError as refusal:
            self._calls.pop(event.call.call_id, None)
            self.refused.append(BadRow(event.call.line, str(refusal)))

    def _arrive(self, event: Event) -> None:
        name = f"{self._prefix}{event.call.call_id}"
        if event.call.direction == Call.Direction.INBOUND:
            call = queue.receive_call(
                owner=self._owner, phone_number=event.call.phone_number, provider_call_id=name, at=event.at
            )
        else:
            agent = self._agent(event.call.agent, event.at) if event.call.agent else None
            call = calls.place_call(
                owner=self._owner,
                phone_number=event.call.phone_number,
                agent=agent,
                provider_call_id=name,
                recorded=True,
                at=event.at,
            )
            call = calls.ring_call(call=call)
        self._calls[event.call.call_id] = call

    def _answer(self, event: Event) -> None:
        agent = self._agent(event.call.agent, event.at) if event.call.agent else None
        call = self._calls[event.call.call_id]
        calls.answer_call(call=call, agent=agent, recorded=True, at=event.at)

    def _end(self, event: Event) -> None:
        call = self._calls.pop(event.call.call_id)
        if event.call.status == ANSWERED_STATUS:
            ended = calls.end_call(call=call, at=event.at)
            # The record knows no after-call work: the agent is ready for the next call at once.
            if ended.agent and agents.current_state(ended.agent) == AgentState.State.WRAP_UP:
                agents.change_state(agent=ended.agent, state=AgentState.State.AVAILABLE, at=event.at)
        elif event.call.status == "abandoned":
            calls.abandon_call(call=call, at=event.at)
        else:
            calls.miss_call(call=call, status=event.call.status, at=event.at)
        self.played += 1

    def _agent(self, name: str, at: datetime) -> User:
        if name not in self._agents:
            self._agents[name] = self._take_on(name, at)
        return self._agents[name]

    def _take_on(self, name: str, at: datetime) -> User:
        found = User.objects.filter(owner=self._owner, agent_profile__employee_id=name).first()
        return found or people.create_agent(
            owner=self._owner, email=self._email(name), employee_id=name, first_name=name, at=at
        )

    def _email(self, name: str) -> str:
        """An address of one's own; a name that is no part of an address is told from others by its hash."""
        plain = _NOT_OF_EMAILS.sub("-", name.lower()).strip("-")
        told_apart = "" if plain == name else sha256(name.encode()).hexdigest()[:8]
        parts = ("agent", plain, told_apart, str(self._owner.pk))
        return f"{'.'.join(filter(None, parts))}@{_EMAIL_DOMAIN}"
