"""The sums that the dashboards keep, and the journals that they are brought up to date from (ADR 60).

No foreign keys: sums outlive whom they were about until the rows' removal is folded in, and writers never
wait for anything here. Only ``dashboard.rollups`` writes these tables.
"""

from django.db import models


class Journal(models.Model):
    """A counted row as it was (``sign`` -1) or became (+1), written by a trigger of the row's table.

    Only inserted, and deleted by id once folded.
    """

    sign = models.SmallIntegerField()

    class Meta:
        abstract = True


class Cell(models.Model):
    """The sums of one subject over one stretch of time; ``owner``: of this tenant's rows, 0 of all."""

    level = models.SmallIntegerField()
    subject = models.BigIntegerField()
    grain = models.SmallIntegerField()
    bucket = models.BigIntegerField()
    owner = models.BigIntegerField()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["level", "subject", "grain", "bucket", "owner"], name="dashboard_%(class)s_key"
            )
        ]


class CallJournal(Journal):
    """What the sums about calls are made of; the agent at whom the call rang is the queue entry's."""

    owner_id = models.BigIntegerField()
    agent_id = models.BigIntegerField(null=True)
    ai_agent_id = models.BigIntegerField(null=True)
    assigned_agent_id = models.BigIntegerField(null=True)
    direction = models.CharField(max_length=8)
    status = models.CharField(max_length=11)
    outcome = models.CharField(max_length=18)
    ended_reason = models.CharField(max_length=16)
    queued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    talk_s = models.PositiveIntegerField()
    hold_s = models.PositiveIntegerField()
    acw_s = models.PositiveIntegerField()
    satisfaction = models.PositiveSmallIntegerField(null=True)


class CallCell(Cell):
    """Sums about calls, by the quarters in which they started, were queued and ended."""

    started_calls = models.BigIntegerField()
    started_inbound = models.BigIntegerField()
    started_answered = models.BigIntegerField()
    started_successful = models.BigIntegerField()
    started_converted = models.BigIntegerField()
    started_rated = models.BigIntegerField()
    started_ratings = models.BigIntegerField()
    started_handled = models.BigIntegerField()
    started_talked_s = models.BigIntegerField()
    offered_offered = models.BigIntegerField()
    offered_answered = models.BigIntegerField()
    offered_answered_in_time = models.BigIntegerField()
    offered_waited_us = models.BigIntegerField()
    offered_abandoned = models.BigIntegerField()
    offered_abandoned_late = models.BigIntegerField()
    ended_handled = models.BigIntegerField()
    ended_handling_s = models.BigIntegerField()
    ended_talk_s = models.BigIntegerField()


class CallTally(models.Model):
    """How many calls of all tenants have a status and an outcome."""

    status = models.CharField(max_length=11)
    outcome = models.CharField(max_length=18)
    rows = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status", "outcome"], name="dashboard_calltally_key")]

    def __str__(self) -> str:
        return f"{self.rows} {self.status} {self.outcome}"


class CustomerJournal(Journal):
    """What the sums about customers are made of."""

    owner_id = models.BigIntegerField()
    interest = models.CharField(max_length=9)
    is_do_not_call = models.BooleanField()
    created_at = models.DateTimeField()


class CustomerCell(Cell):
    """Sums about customers, by the quarter in which they were first known."""

    known_total = models.BigIntegerField()
    known_hot = models.BigIntegerField()
    known_warm = models.BigIntegerField()
    known_cold = models.BigIntegerField()
    known_converted = models.BigIntegerField()
    known_do_not_call = models.BigIntegerField()


class CallbackJournal(Journal):
    """What the sums about callbacks are made of."""

    owner_id = models.BigIntegerField()
    status = models.CharField(max_length=11)
    due_at = models.DateTimeField()


class CallbackCell(Cell):
    """Sums about callbacks, by the quarter in which they are due."""

    due_total = models.BigIntegerField()
    due_scheduled = models.BigIntegerField()
    due_completed = models.BigIntegerField()


class PaymentJournal(Journal):
    """What the sums about payments are made of."""

    user_id = models.BigIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refunded = models.DecimalField(max_digits=12, decimal_places=2)
    paid_at = models.DateTimeField(null=True)


class PaymentCell(Cell):
    """Sums about payments, by the quarter in which they were paid."""

    paid_cents = models.BigIntegerField()


class Repair(models.Model):
    """One correction of the sums; the number, taken only once, keeps two of them from correcting the same."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    differences = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.differences} at {self.at:%Y-%m-%d %H:%M}"
