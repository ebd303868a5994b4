"""Who is at the other end of a socket: what the engine asks of the project's sign-in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from realtime.scopes import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, frozen at the moment the token was checked.

    ``session`` names the sign-in behind the token, ``stamp`` everything else that must not change under an
    open socket (role, password, account); a principal whose stamp no longer matches is refused by
    ``recheck``.
    """

    user_id: int
    role: str
    session: str
    stamp: str
    expires_at: datetime
    scopes: tuple[Scope, ...]


class Refused(Exception):
    """A sign-in that is not accepted: the close code, and the error frame's fields (see the protocol)."""

    def __init__(self, close_code: int, code: str, message: str, retry: str) -> None:
        super().__init__(message)
        self.close_code = close_code
        self.code = code
        self.message = message
        self.retry = retry


@dataclass(frozen=True, slots=True)
class Revocation:
    """An entry of the counted log: access of ``user_id`` ended or changed (of one session; None: all)."""

    id: int
    user_id: int
    session: str | None


class Authenticator(Protocol):
    """The project's sign-in. Methods query the database, on the engine's threads, never on the loop."""

    def authenticate(self, tokens: Sequence[str]) -> Sequence[Principal | Refused]:
        """For each access token its principal, or why there is none; one query for any number."""

    def recheck(self, principals: Sequence[Principal]) -> Mapping[Principal, Refused]:
        """Those who are no longer welcome, with the reason; a constant number of queries for any number."""

    def last_revocation(self) -> int:
        """The id of the newest entry of the revocation log (0: none): where a process starts to follow it."""

    def revocations_after(self, id_: int) -> Sequence[Revocation]:
        """The entries after ``id_``, oldest first, including those that commit out of order for a while."""
