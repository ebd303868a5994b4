"""What stands behind the tokens: one row per sign-in, and the log of access that ended or changed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Session(models.Model):
    """One sign-in. Every token of it carries ``sid``; only the refresh token ``refresh_jti`` renews it."""

    sid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    refresh_jti = models.CharField(max_length=32, help_text="The id of the current refresh token.")
    previous_jti = models.CharField(
        max_length=32, blank=True, help_text="The id of the one before; honoured for a short while."
    )
    rotated_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now, help_text="Signed in or refreshed.")
    expires_at = models.DateTimeField(help_text="When the current refresh token expires.")

    objects: ClassVar[models.Manager["Session"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_expires")]  # for the purge

    def __str__(self) -> str:
        return f"{self.sid} of user {self.user_id}"


class Revocation(models.Model):
    """An entry of the counted log that every process follows: somebody's access ended or changed.

    It holds plain ids, because it has to outlive the user and the session that it speaks of.
    """

    user_id = models.BigIntegerField()
    session = models.UUIDField(null=True, blank=True, help_text="The sid; empty: every session of the user.")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Revocation"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="revocation_at")]

    def __str__(self) -> str:
        return f"{self.id}: user {self.user_id}, {self.session or 'every session'}"
