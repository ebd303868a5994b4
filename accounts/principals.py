"""Who is behind an access token: the one check that REST and the socket share."""

from dataclasses import dataclass

from accounts.sessions import check
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
