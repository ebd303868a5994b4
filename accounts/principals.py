"""Who is behind an access token: the one check that REST and the socket share."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Session
from accounts.refusals import SignInRefused
from accounts.sessions import check, judge, known
from accounts.tokens import Claims, read_access
from domain.models import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a living sign-in; ``user`` is as the database has it, ``claims`` as the token says."""

    user: User
    claims: Claims


def signed_in(raw: str) -> SignedIn:
    """Check signature, expiry, kind, account, password and session, in one query; raises SignInRefused."""
    claims = read_access(raw)
    return SignedIn(check(claims).user, claims)


def all_signed_in(raws: Sequence[str]) -> list[SignedIn | SignInRefused]:
    """The same for many access tokens, in one query for all of them."""
    read = [_read(raw) for raw in raws]
    sessions = known([claims for claims in read if isinstance(claims, Claims)])
    return [
        _judged(claims, sessions.get(claims.sid)) if isinstance(claims, Claims) else claims for claims in read
    ]


def _read(raw: str) -> Claims | SignInRefused:
    try:
        return read_access(raw)
    except SignInRefused as refused:
        return refused


def _judged(claims: Claims, session: Session | None) -> SignedIn | SignInRefused:
    try:
        return SignedIn(judge(claims, session).user, claims)
    except SignInRefused as refused:
        return refused
