"""The life of a sign-in: opened by email and password, renewed by rotation, checked, and ended."""

import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.models import Revocation, Session
from accounts.refusals import Refusal, SignInRefused
from accounts.tokens import REFRESH, Claims, TokenPair, mint, new_jti, read, read_refresh, refresh_lifetime
from domain.models import User

logger = logging.getLogger(__name__)

# Two tabs that refresh at once, or a lost reply: long enough for a retry, too short to be of use to a thief.
GRACE: Final = timedelta(seconds=10)
# An access token may outlive its refresh token by minutes, and every process reads the log twice a second.
KEEP_ENDED: Final = timedelta(days=1)


def sign_in(email: str, password: str, now: datetime) -> TokenPair:
    """Open a session; raises SignInRefused. An unknown email takes as long as a wrong password."""
    user = User.objects.filter(email=email).first()
    if user is None:
        User().set_password(password)  # the same work as checking one
        raise SignInRefused(Refusal.CREDENTIALS_INVALID)
    if not user.check_password(password):
        raise SignInRefused(Refusal.CREDENTIALS_INVALID)
    if not user.is_active:
        raise SignInRefused(Refusal.ACCOUNT_DISABLED)
    session = Session.objects.create(
        user=user, refresh_jti=new_jti(), created_at=now, last_used_at=now, expires_at=_expiry(now)
    )
    return mint(user, session.sid, session.refresh_jti, session.expires_at)


def check(claims: Claims) -> Session:
    """The living session behind a token, with its user, in one query; raises SignInRefused."""
    return judge(claims, known([claims]).get(claims.sid))


def known(claims: Collection[Claims]) -> dict[uuid.UUID, Session]:
    """The sessions that tokens name, living or not, with their users, in one query."""
    sessions = Session.objects.select_related("user").filter(sid__in={one.sid for one in claims})
    return {session.sid: session for session in sessions}


def judge(claims: Claims, session: Session | None) -> Session:
    """The session of a token, if it may be used; raises SignInRefused."""
    if session is None or str(session.user_id) != claims.user_id:  # purged, or the user was deleted
        raise SignInRefused(Refusal.SESSION_REVOKED)
    if not session.user.is_active:
        raise SignInRefused(Refusal.ACCOUNT_DISABLED)
    if not claims.match_password_of(session.user):
        raise SignInRefused(Refusal.PASSWORD_CHANGED)
    if session.revoked_at is not None:
        raise SignInRefused(Refusal.SESSION_REVOKED)
    return session


def refresh(raw: str, now: datetime) -> TokenPair:
    """Renew a sign-in; raises SignInRefused.

    The current refresh token is replaced by one compare-and-set. For ``GRACE`` after that neither it nor its
    replacement rotates the session again: both give the replacement, so that everybody who asks at the same
    time ends up with the same token. A replaced token that comes later is stolen or duplicated: the session
    ends.
    """
    claims = read_refresh(raw)
    session = check(claims)
    jti, expires_at = new_jti(), _expiry(now)
    rotated = (
        Session.objects.filter(sid=claims.sid, refresh_jti=claims.jti, revoked_at=None)
        .filter(Q(rotated_at=None) | Q(rotated_at__lte=now - GRACE))
        .update(
            refresh_jti=jti,
            previous_jti=claims.jti,
            rotated_at=now,
            last_used_at=now,
            expires_at=expires_at,
        )
    )
    if rotated:
        return mint(session.user, session.sid, jti, expires_at)
    session = check(claims)  # as it stands now: the loser of a race finds the winner's token
    if not _honoured(claims, session, now):
        revoke(session.sid, session.user_id, now)
        logger.warning("session %s of user %s ended: refresh token used again", session.sid, session.user_id)
        raise SignInRefused(Refusal.TOKEN_REUSED)
    return mint(session.user, session.sid, session.refresh_jti, session.expires_at)


def verify(raw: str, now: datetime) -> Claims:
    """The claims of a token of either kind, if it would be accepted now; raises SignInRefused."""
    claims = read(raw)
    session = check(claims)
    if claims.kind == REFRESH and not _honoured(claims, session, now):
        raise SignInRefused(Refusal.TOKEN_REUSED)
    return claims


def sign_out(claims: Claims, *, everywhere: bool, now: datetime) -> None:
    """End the session of a token, or all of its user's; ending one that has ended is no error.

    ``everywhere`` needs a session that lives: a token of an ended one must not sign its owner out for ever.
    """
    if everywhere:
        revoke_all(check(claims).user_id, now)
        return
    session = Session.objects.filter(sid=claims.sid).only("sid", "user_id").first()
    if session is not None:
        revoke(session.sid, session.user_id, now)


def revoke(sid: uuid.UUID, user_id: int, now: datetime) -> None:
    """End one session, and say so in the log."""
    with transaction.atomic():
        if Session.objects.filter(sid=sid, revoked_at=None).update(revoked_at=now):
            Revocation.objects.create(user_id=user_id, session=sid, at=now)


def revoke_all(user_id: int, now: datetime) -> None:
    """End every session of a user, and say so in the log."""
    with transaction.atomic():
        Session.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now)
        announce(user_id, now)


def announce(user_id: int, now: datetime) -> None:
    """Have every process look at this user's open sockets again; the sessions live on."""
    Revocation.objects.create(user_id=user_id, session=None, at=now)


def purge(now: datetime) -> tuple[int, int]:
    """Delete what no token and no process can ask about any more: (sessions, log entries)."""
    ended = now - KEEP_ENDED
    sessions, _ = Session.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended)).delete()
    entries, _ = Revocation.objects.filter(at__lt=ended).delete()
    return sessions, entries


def _expiry(now: datetime) -> datetime:
    """When a refresh token made now expires, in whole seconds as tokens count them."""
    return (now + refresh_lifetime()).replace(microsecond=0)


def _honoured(claims: Claims, session: Session, now: datetime) -> bool:
    """Whether a refresh token is the current one, or the previous one within its grace."""
    if claims.jti == session.refresh_jti:
        return True
    return (
        claims.jti == session.previous_jti
        and session.rotated_at is not None
        and now - session.rotated_at < GRACE
    )
