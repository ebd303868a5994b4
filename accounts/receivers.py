"""What ends or changes access without a request to us: a user's row that is written or deleted."""

from typing import Any, Final

from django.db.models.signals import post_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone

from accounts import sessions
from domain.models import User

# Field name, and the name of the value behind it.
_WATCHED: Final = {"password": "password", "is_active": "is_active", "role": "role", "owner": "owner_id"}


@receiver(pre_save, sender=User, dispatch_uid="accounts.access_changed")
def access_changed(
    sender: type[User], instance: User, using: str, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Before the row is written, and in the same transaction (``User.save`` opens one).

    A new password and a disabled account end every session. Another role or another tenant ends none: the
    sockets are closed, and their clients come back under the new role with a refreshed token.
    """
    written = {
        value
        for name, value in _WATCHED.items()
        if update_fields is None or name in update_fields or value in update_fields
    }
    if instance.pk is None or not written:
        return
    before = User.objects.using(using).filter(pk=instance.pk).values(*sorted(written)).first()
    if before is None:  # a new row
        return
    changed = {name for name in written if before[name] != getattr(instance, name)}
    if "password" in changed or ("is_active" in changed and not instance.is_active):
        sessions.revoke_all(instance.pk, timezone.now())
    elif changed & {"role", "owner_id"}:
        sessions.announce(instance.pk, timezone.now())


@receiver(post_delete, sender=User, dispatch_uid="accounts.user_deleted")
def user_deleted(sender: type[User], instance: User, **kwargs: Any) -> None:
    """The sessions go with the user; the open sockets have to be told."""
    sessions.announce(instance.pk, timezone.now())
