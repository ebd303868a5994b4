"""Who sees what: the documents that a user follows, and the sign-in as the push engine asks for it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import models
from accounts.principals import SignedIn, all_signed_in
from accounts.refusals import Refusal, SignInRefused
from domain.models import User
from realtime.auth import Principal, Refused, Revocation
from realtime.scopes import Scope

# Entries of the log are numbered when written and seen when committed: a lower number may appear after a
# higher one. What was written this recently is therefore read again each time. (A transaction that stays open
# for even longer is caught by the engine's periodic recheck of everybody.)
OVERLAP: Final = timedelta(seconds=30)
# Below the number of parameters that SQLite takes in one statement (32,766).
_CHUNK: Final = 10_000

_WITH_DASHBOARD: Final = frozenset(User.Role.values)
_UNAUTHORIZED: Final = 4401
_FORBIDDEN: Final = 4403


def follows(user: User) -> tuple[Scope, ...]:
    """The scopes of a user's documents: role, team (agents: their tenant) and the user's own.

    Empty for a role that has no dashboard.
    """
    if user.role not in _WITH_DASHBOARD:
        return ()
    scopes = [Scope("role", user.role)]
    if user.role == User.Role.AGENT and user.owner_id is not None:
        scopes.append(Scope("team", str(user.owner_id)))
    scopes.append(Scope("user", str(user.pk)))
    return tuple(scopes)


class Authenticator:
    """``realtime.auth.Authenticator`` over the sign-ins of ``accounts``."""

    def authenticate(self, tokens: Sequence[str]) -> list[Principal | Refused]:
        """For each access token its principal, or why there is none; in one query."""
        return [_principal(person) for person in all_signed_in(tokens)]

    def recheck(self, principals: Sequence[Principal]) -> Mapping[Principal, Refused]:
        """Those whose access has ended or changed; one query for every ten thousand."""
        refused: dict[Principal, Refused] = {}
        for start in range(0, len(principals), _CHUNK):
            chunk = principals[start : start + _CHUNK]
            sessions = (
                models.Session.objects.select_related("user")
                .filter(sid__in={UUID(hex=principal.session) for principal in chunk})
                .only("revoked_at", "user__role", "user__owner_id", "user__is_active", "user__password")
            )
            by_sid = {session.sid.hex: session for session in sessions}
            for principal in chunk:
                if reason := _reason(principal, by_sid.get(principal.session)):
                    refused[principal] = reason
        return refused

    def last_revocation(self) -> int:
        """The id of the newest entry of the log (0: none)."""
        newest: int | None = models.Revocation.objects.aggregate(newest=Max("id"))["newest"]
        return newest or 0

    def revocations_after(self, id_: int) -> Sequence[Revocation]:
        """The entries after ``id_``, and all of the last ``OVERLAP`` again, oldest first.

        The caller skips the ids that it has handled, and remembers them for longer than ``OVERLAP``.
        """
        recent = models.Revocation.objects.filter(Q(id__gt=id_) | Q(at__gt=timezone.now() - OVERLAP))
        return [
            Revocation(entry.id, entry.user_id, entry.session.hex if entry.session else None)
            for entry in recent.order_by("id")
        ]


def _principal(person: SignedIn | SignInRefused) -> Principal | Refused:
    if isinstance(person, SignInRefused):
        return _refused(person.refusal)
    user, claims = person.user, person.claims
    if claims.role != user.role:  # the client chose its screen by that role: have it ask again
        return _role_changed()
    scopes = follows(user)
    if not scopes:
        return _no_dashboard()
    return Principal(
        user_id=user.pk,
        role=user.role,
        session=claims.sid.hex,
        stamp=_stamp(user),
        expires_at=claims.expires_at,
        scopes=scopes,
    )


def _reason(principal: Principal, session: models.Session | None) -> Refused | None:
    """Why a principal is no longer welcome, if so: first the account, then the role, then the sign-in."""
    if session is None:  # purged, or the user was deleted
        return _refused(Refusal.SESSION_REVOKED)
    user = session.user
    if not user.is_active:
        return _refused(Refusal.ACCOUNT_DISABLED)
    scopes = follows(user)
    if not scopes:
        return _no_dashboard()
    if user.role != principal.role:
        return _role_changed()
    if scopes != principal.scopes:
        return _unauthorized(
            "team_changed", "You now belong to another team. Refresh the token and reconnect."
        )
    if _stamp(user) != principal.stamp:
        return _refused(Refusal.PASSWORD_CHANGED)
    if session.revoked_at is not None:
        return _refused(Refusal.SESSION_REVOKED)
    return None


def _stamp(user: User) -> str:
    """What must stay as it is while a socket is open, unreadable and short."""
    return salted_hmac("dashboard.access", f"{user.role}:{user.owner_id}:{user.password}").hexdigest()


def _refused(refusal: Refusal) -> Refused:
    if refusal == Refusal.ACCOUNT_DISABLED:
        return Refused(_FORBIDDEN, refusal.value, refusal.label, "never")
    return _unauthorized(refusal.value, refusal.label)


def _role_changed() -> Refused:
    return _unauthorized("role_changed", "Your role has changed. Refresh the token and reconnect.")


def _no_dashboard() -> Refused:
    return Refused(_FORBIDDEN, "no_dashboard", "There is no dashboard for this role.", "never")


def _unauthorized(code: str, message: str) -> Refused:
    # The client refreshes its token once, and has to sign in if that fails.
    return Refused(_UNAUTHORIZED, code, message, "refresh_token")
