"""The durable marks: rows that say which documents a committed write concerns."""

from django.db import models


class Mark(models.Model):
    """One scope that a transaction's changes of one model concern; exists exactly when those changes do.

    Rows are only inserted, and deleted by id once the store has been told: writers never wait for each other.
    There is no constraint that could make them, and an id is never used twice (AUTOINCREMENT on SQLite).
    """

    scope = models.CharField(max_length=255)  # as Scope.group
    model = models.CharField(max_length=255)  # its label, e.g. "domain.Call"

    def __str__(self) -> str:
        return f"{self.model} → {self.scope}"
