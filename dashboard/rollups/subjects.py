"""The rollups of the call centre: every formula by which rows are summed stands here, once.

Words: a call is *answered* when somebody answered and it was not voicemail; *successful* when answered with
the outcome interested, callback_requested or converted; *handled* when answered and over; *offered* when it
is inbound and went through the queue (``queued_at`` is set on those calls alone); *abandoned* when offered
and over without an answer, callbacks excepted. Calls are dated by ``started_at``, the rates of the queue by
``queued_at``, handling times by ``ended_at``.
"""

from typing import Final

from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast, Round

from dashboard.call_figures import Ended, Offered, Started
from dashboard.models import (
    CallbackCell,
    CallbackJournal,
    CallCell,
    CallJournal,
    CallTally,
    CustomerCell,
    CustomerJournal,
    PaymentCell,
    PaymentJournal,
)
from dashboard.queries.sql import elapsed
from dashboard.records import Due, Leads, Revenue
from dashboard.rollups.shape import Dated, Lender, Level, Measure, Rollup
from domain.models import Call, Callback, Customer, Payment, QueueEntry

ANSWERED_WITHIN_S: Final = 20  # the service level's threshold, as in the trade's usual "80 % in 20 s"
SHORT_ABANDON_S: Final = 5  # who hangs up sooner has not waited: the service level leaves these out
_MICROS: Final = 1_000_000

ANSWERED: Final = Q(answered_at__isnull=False) & ~Q(outcome=Call.Outcome.VOICEMAIL)
SUCCESSFUL: Final = ANSWERED & Q(outcome__in=Call.SUCCESSFUL)
CONVERTED: Final = ANSWERED & Q(outcome=Call.Outcome.CONVERTED)
HANDLED: Final = ANSWERED & Q(ended_at__isnull=False)
ABANDONED: Final = Q(answered_at__isnull=True, ended_at__isnull=False) & ~Q(
    ended_reason=Call.EndedReason.CALLBACK
)

_WHOSE: Final = {Level.PLATFORM: None, Level.OWNER: "owner_id"}

CALLS: Final = Rollup(
    source=Call,
    journal=CallJournal,
    cells=CallCell,
    owner="owner_id",
    derived={"waited_us": elapsed("queued_at", "answered_at"), "kept_us": elapsed("queued_at", "ended_at")},
    borrowed={"assigned_agent_id": Lender(QueueEntry, "queue_entry", "call_id", "assigned_agent_id")},
    dated={
        "started": Dated(
            at="started_at",
            record=Started,
            measures={
                "calls": Measure(),
                "inbound": Measure(Q(direction=Call.Direction.INBOUND)),
                "answered": Measure(ANSWERED),
                "successful": Measure(SUCCESSFUL),
                "converted": Measure(CONVERTED),
                "rated": Measure(Q(satisfaction__isnull=False)),
                "ratings": Measure(amount=F("satisfaction")),
                "handled": Measure(HANDLED),
                "talked_s": Measure(HANDLED, F("talk_s") + F("hold_s")),
            },
            subjects={
                **_WHOSE,
                Level.AGENT: "agent_id",
                Level.AI_AGENT: "ai_agent_id",
                Level.AI_AGENTS: "ai_agent_id",
            },
        ),
        "offered": Dated(
            at="queued_at",
            record=Offered,
            measures={
                "offered": Measure(),
                "answered": Measure(ANSWERED),
                "answered_in_time": Measure(ANSWERED & Q(waited_us__lte=ANSWERED_WITHIN_S * _MICROS)),
                "waited_us": Measure(ANSWERED, F("waited_us")),
                "abandoned": Measure(ABANDONED),
                "abandoned_late": Measure(ABANDONED & Q(kept_us__gte=SHORT_ABANDON_S * _MICROS)),
            },
            # A call was offered to the agent at whom it rang, even if the caller then gave up.
            subjects={**_WHOSE, Level.AGENT: "assigned_agent_id"},
        ),
        "ended": Dated(
            at="ended_at",
            record=Ended,
            measures={
                "handled": Measure(HANDLED),
                "handling_s": Measure(HANDLED, F("talk_s") + F("hold_s") + F("acw_s")),
                "talk_s": Measure(amount=F("talk_s")),
            },
            subjects={**_WHOSE, Level.AGENT: "agent_id"},
        ),
    },
    tallied=("status", "outcome"),
    tallies=CallTally,
)

_INTEREST: Final = Customer.Interest

CUSTOMERS: Final = Rollup(
    source=Customer,
    journal=CustomerJournal,
    cells=CustomerCell,
    owner="owner_id",
    dated={
        "known": Dated(
            at="created_at",
            record=Leads,
            measures={
                "total": Measure(),
                "hot": Measure(Q(interest=_INTEREST.HOT)),
                "warm": Measure(Q(interest=_INTEREST.WARM)),
                "cold": Measure(Q(interest=_INTEREST.COLD)),
                "converted": Measure(Q(interest=_INTEREST.CONVERTED)),
                "do_not_call": Measure(Q(is_do_not_call=True)),
            },
            subjects=_WHOSE,
        )
    },
)

CALLBACKS: Final = Rollup(
    source=Callback,
    journal=CallbackJournal,
    cells=CallbackCell,
    owner="owner_id",
    dated={
        "due": Dated(
            at="due_at",
            record=Due,
            measures={
                "total": Measure(),
                "scheduled": Measure(Q(status=Callback.Status.SCHEDULED)),
                "completed": Measure(Q(status=Callback.Status.COMPLETED)),
            },
            subjects=_WHOSE,
        )
    },
)

PAYMENTS: Final = Rollup(
    source=Payment,
    journal=PaymentJournal,
    cells=PaymentCell,
    owner="user_id",
    dated={
        "paid": Dated(
            at="paid_at",
            record=Revenue,
            # Each row to the cent: SQLite has decimals as floats.
            measures={
                "cents": Measure(
                    amount=Cast(Round((F("amount") - F("refunded")) * 100), output_field=BigIntegerField())
                )
            },
            subjects={Level.PLATFORM: None, Level.OWNER: "user_id"},
        )
    },
)

ROLLUPS: Final = (CALLS, CUSTOMERS, CALLBACKS, PAYMENTS)
