"""One connection as a pure state machine: what it sends, when it waits, when it ends."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from realtime.feed import Change, Feed
from realtime.limits import Limits
from realtime.positions import Position
from realtime.protocol import Authenticate, Authenticated, CloseCode, Error, Farewell, Frame, Retry
from realtime.scopes import Scope
from realtime.session import Session
from realtime.store import Loaded

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIMITS = Limits()


class Talk:
    """A session, its feed, and what was emitted."""

    def __init__(
        self, limits: Limits = LIMITS, *, padding: int = 0, kind: str = "role", window: int = 8
    ) -> None:
        self.frames: list[Frame] = []
        self.now = 1000.0
        self.session = Session(limits, self.frames.append, now=self.now, expires_at=1e9, first_ping=20.0)
        self.feed = Feed(Scope(kind, "x"), window)
        self.feed.adopt(Loaded(Position("e", 3), {"n": 3, "padding": "x" * padding}, NOON, ()))

    def attach(self, resume: Position | None = None) -> "Talk":
        self.session.attach(self.feed, resume, self.now)
        return self

    def change(self, size: int = 0) -> None:
        assert self.feed.position is not None
        at = self.feed.position
        value: object = at.version + 1 if not size else "y" * size
        operations = [{"op": "replace", "path": "/n", "value": value}]
        self.feed.ring(Change(self.feed.scope, at.epoch, at.version, at.version + 1, operations, NOON))
        self.session.pump(self.feed, self.now)

    def say(self, **frame: object) -> Any:
        return self.session.received(json.dumps(frame), self.now)

    def take(self) -> list[dict[str, Any]]:
        """The frames since the last time."""
        taken = [json.loads(frame.event["text"]) for frame in self.frames]
        self.frames.clear()
        return taken

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.take()]


# Documents


def test_the_first_document_is_a_snapshot_and_every_change_a_diff() -> None:
    talk = Talk().attach()
    talk.change()
    talk.change()
    snapshot, first, second = talk.take()
    assert (snapshot["reason"], snapshot["version"]) == ("connect", 3)
    assert (first["from"], first["version"], second["from"], second["version"]) == (3, 4, 4, 5)


def test_a_pump_that_has_nothing_to_say_says_nothing() -> None:
    talk = Talk().attach()
    talk.take()
    talk.session.pump(talk.feed, talk.now)
    assert talk.take() == []


def test_a_resume_position_in_the_window_is_honoured_and_followed_by_one_diff_at_most() -> None:
    talk = Talk(padding=500)
    for _ in range(3):
        talk.feed.ring(_next(talk.feed))
    talk.attach(Position("e", 4))
    resumed, diff = talk.take()
    assert (resumed["type"], resumed["epoch"], resumed["version"]) == ("resumed", "e", 4)
    assert (diff["type"], diff["from"], diff["version"]) == ("diff", 4, 6)


def _next(feed: Feed) -> Change:
    assert feed.position is not None
    at = feed.position
    operations = [{"op": "replace", "path": "/n", "value": at.version + 1}]
    return Change(feed.scope, at.epoch, at.version, at.version + 1, operations, NOON)


def test_where_a_snapshot_is_shorter_than_the_changes_missed_a_resume_gets_one_and_nothing_else() -> None:
    talk = Talk()
    for version, text in ((4, "y" * 400), (5, "z" * 400)):
        operations = [{"op": "add", "path": f"/{version}", "value": text}]
        talk.feed.ring(Change(talk.feed.scope, "e", version - 1, version, operations, NOON))
    (snapshot,) = talk.attach(Position("e", 3)).take()
    assert (snapshot["type"], snapshot["reason"]) == ("snapshot", "slow")


def test_a_resume_at_the_present_is_honoured_without_a_diff() -> None:
    talk = Talk().attach(Position("e", 3))
    assert talk.types() == ["resumed"]
    talk.change()
    assert talk.types() == ["diff"]


@pytest.mark.parametrize(
    ("resume", "reason"),
    [(Position("other", 3), "epoch"), (Position("e", 1), "gap"), (Position("e", 9), "gap")],
)
def test_a_resume_that_cannot_be_proven_is_a_snapshot_that_says_why(resume: Position, reason: str) -> None:
    (snapshot,) = Talk().attach(resume).take()
    assert (snapshot["type"], snapshot["reason"]) == ("snapshot", reason)


def test_another_epoch_of_the_document_is_a_snapshot() -> None:
    talk = Talk().attach()
    talk.take()
    talk.feed.adopt(Loaded(Position("new", 1), {"n": 0}, NOON, ()))
    talk.session.pump(talk.feed, talk.now)
    (snapshot,) = talk.take()
    assert (snapshot["epoch"], snapshot["reason"]) == ("new", "epoch")


def test_a_resync_is_a_snapshot_and_more_of_them_in_five_seconds_are_coalesced() -> None:
    talk = Talk().attach()
    talk.take()
    for _ in range(5):
        assert talk.say(type="resync", scope="role") is None
    assert [frame["reason"] for frame in talk.take()] == ["resync"]
    talk.now += 4.9
    talk.session.tick(talk.now)
    assert talk.take() == []
    talk.now += 0.2
    talk.session.tick(talk.now)
    assert [frame["reason"] for frame in talk.take()] == ["resync"]
    talk.now += 10
    talk.session.tick(talk.now)
    assert talk.take() == []
    assert talk.session.resyncs == 5


def test_a_resync_of_a_scope_that_is_not_followed_is_a_bad_message() -> None:
    talk = Talk().attach()
    talk.take()
    talk.say(type="resync", scope="team")
    (error,) = talk.take()
    assert (error["code"], error["fatal"]) == ("bad_message", False)


# Slow clients


def test_at_the_budget_no_more_documents_are_sent_until_a_pong_brings_the_client_to_the_present() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    for _ in range(30):
        talk.change(size=1000)
    frames = talk.take()
    sent = [frame for frame in frames if frame["type"] == "diff"]
    pings = [frame for frame in frames if frame["type"] == "ping"]
    assert 8 <= len(sent) <= 10
    assert talk.session.unacknowledged < 10_000 + 2_500
    talk.say(type="pong", seq=pings[-1]["seq"])
    (caught_up, *_) = talk.take()
    assert caught_up["version"] == 33
    assert caught_up["type"] == "snapshot"  # of the last value alone, and the window is past
    assert caught_up["reason"] == "slow"


def test_an_early_ping_comes_with_every_half_of_the_budget() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    for _ in range(4):
        talk.change(size=1000)
    assert "ping" not in talk.types()
    talk.change(size=1000)
    ping = talk.take()[-1]
    assert ping["type"] == "ping"
    assert ping["heads"] == {"role": {"epoch": "e", "version": 8}}


def test_an_early_ping_also_comes_while_another_is_outstanding_or_a_reader_would_be_stuck() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    for _ in range(5):
        talk.change(size=1000)
    first = talk.take()[-1]
    assert first["type"] == "ping"
    talk.change(size=20_000)  # over the budget at one stroke, while the first ping is on its way
    second = talk.take()[-1]
    assert second["type"] == "ping"
    talk.say(type="pong", seq=first["seq"])
    talk.change()
    assert talk.take() == [], "the large one is not acknowledged yet"
    talk.say(type="pong", seq=second["seq"])
    assert [frame["version"] for frame in talk.take() if frame["type"] in ("diff", "snapshot")] == [10]


def test_after_the_last_word_there_is_no_ping_whatever_is_unacknowledged() -> None:
    talk = Talk(Limits(budget=1000)).attach()
    talk.take()
    talk.session.open = False
    talk.session.say(Error("too_slow", "x" * 600, fatal=True, retry=Retry.BACKOFF), talk.now)
    assert talk.types() == ["error"]


def test_a_ping_is_counted_and_its_pong_acknowledges_all_up_to_it() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    for _ in range(5):
        talk.change(size=1000)
    ping = talk.take()[-1]
    talk.change(size=1000)
    talk.say(type="pong", seq=ping["seq"])
    assert 1000 < talk.session.unacknowledged < 1300


def test_every_frame_counts_answers_and_pings_too() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    talk.say(type="ping", id="x" * 600)
    talk.say(type="nonsense")
    talk.session.tick(talk.now + 20)
    assert [json.loads(frame.event["text"])["type"] for frame in talk.frames] == [
        *("snapshot", "pong", "error", "ping")
    ]
    assert talk.session.unacknowledged == sum(frame.size for frame in talk.frames)


def test_a_pong_that_nobody_asked_for_acknowledges_nothing() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    talk.change(size=1000)
    before = talk.session.unacknowledged
    for seq in ("", "1", "guess"):
        talk.say(type="pong", seq=seq)
    assert talk.session.unacknowledged == before


def test_a_seq_tells_nothing_of_others() -> None:
    """Whoever could guess one would claim to have read what is still under way."""
    talks = [Talk().attach() for _ in range(20)]
    for talk in talks:
        for _ in range(2):
            talk.now += 20
            talk.session.tick(talk.now)
    seqs = [frame["seq"] for talk in talks for frame in talk.take() if frame["type"] == "ping"]
    assert len(set(seqs)) == len(seqs) == 40
    assert all(len(seq) >= 12 for seq in seqs)


def test_a_pong_counts_once() -> None:
    talk = Talk(Limits(budget=10_000)).attach()
    for _ in range(5):
        talk.change(size=1000)
    ping = talk.take()[-1]
    talk.say(type="pong", seq=ping["seq"])
    acknowledged = talk.session.unacknowledged
    talk.change(size=1000)
    talk.say(type="pong", seq=ping["seq"])
    assert talk.session.unacknowledged > acknowledged


def test_a_document_larger_than_the_budget_still_goes_out() -> None:
    talk = Talk(Limits(budget=1000), padding=5000).attach()
    assert talk.types()[0] == "snapshot"


def test_a_resync_waits_for_the_budget_too() -> None:
    talk = Talk(Limits(budget=1000), padding=5000).attach()
    ping = talk.take()[-1]
    talk.say(type="resync", scope="role")
    assert talk.take() == []
    talk.say(type="pong", seq=ping["seq"])
    assert talk.take()[0]["reason"] == "resync"


def test_a_stuck_socket_is_sent_no_documents_and_catches_up_in_one_step() -> None:
    talk = Talk(padding=500).attach()
    talk.take()
    talk.session.blocked = True
    for _ in range(3):
        talk.change()
    assert talk.take() == []
    talk.session.blocked = False
    talk.session.pump_all(talk.now)
    (diff,) = talk.take()
    assert (diff["from"], diff["version"]) == (3, 6)


def test_the_ping_heads_are_what_was_sent_not_where_the_document_stands() -> None:
    talk = Talk(Limits(budget=1000), padding=5000).attach()
    talk.take()
    talk.change()
    talk.now += 20
    talk.session.tick(talk.now)
    (ping,) = talk.take()
    assert ping["heads"] == {"role": {"epoch": "e", "version": 3}}


# Time


def test_pings_come_at_the_interval_and_an_early_one_postpones_the_next() -> None:
    talk = Talk().attach()
    talk.take()
    talk.now += 19.9
    assert talk.session.tick(talk.now) is None
    assert talk.take() == []
    talk.now += 0.1
    talk.session.tick(talk.now)
    assert talk.types() == ["ping"]
    talk.now += 19.9
    talk.session.tick(talk.now)
    assert talk.take() == []


def test_the_oldest_unanswered_ping_ends_the_connection_after_a_minute() -> None:
    talk = Talk().attach()
    talk.now += 20
    talk.session.tick(talk.now)
    seq = talk.take()[-1]["seq"]
    for _ in range(2):
        talk.now += 20
        assert talk.session.tick(talk.now) is None
    talk.now += 20
    ended = talk.session.tick(talk.now)
    assert isinstance(ended, Farewell)
    assert ended.close_code is CloseCode.TOO_SLOW
    talk.say(type="pong", seq=seq)
    assert talk.session.tick(talk.now) is None


def test_a_pong_answers_all_pings_before_it() -> None:
    """A client may have read two pings before it answered; nothing is left outstanding of the first."""
    talk = Talk().attach()
    for _ in range(2):
        talk.now += 20
        talk.session.tick(talk.now)
    first, second = (frame["seq"] for frame in talk.take() if frame["type"] == "ping")
    talk.say(type="pong", seq=second)
    talk.say(type="pong", seq=first)
    assert talk.session.unacknowledged == 0
    talk.now += 45  # 65 s after the first
    assert talk.session.tick(talk.now) is None


def test_a_token_that_expires_ends_the_connection_unless_a_fresh_one_came() -> None:
    talk = Talk().attach()
    talk.session.expires_at = talk.now + 60
    fresh = Authenticated(NOON)
    talk.session.authenticated(fresh, talk.now + 120, talk.now)
    assert talk.take()[-1]["type"] == "authenticated"
    assert talk.session.tick(talk.now + 119) is None
    ended = talk.session.tick(talk.now + 120)
    assert isinstance(ended, Farewell)
    assert ended.close_code is CloseCode.UNAUTHENTICATED


# What the client says


def test_a_ping_of_the_client_is_answered() -> None:
    talk = Talk().attach()
    talk.take()
    talk.say(type="ping", id=7)
    assert talk.take() == [{"type": "pong", "id": 7}]


def test_a_fresh_token_is_for_the_caller_to_check() -> None:
    assert Talk().say(type="authenticate", token="t") == Authenticate("t")


def test_nonsense_is_answered_and_changes_nothing_until_it_is_too_much() -> None:
    talk = Talk().attach()
    talk.take()
    ended = [
        talk.session.received(None if count % 2 else "nonsense", talk.now + count) for count in range(10)
    ]
    assert ended[:9] == [None] * 9
    assert isinstance(ended[9], Farewell)
    assert ended[9].close_code is CloseCode.TOO_MANY
    assert {frame["code"] for frame in talk.take()} == {"bad_message"}


def test_a_flood_ends_the_connection() -> None:
    talk = Talk().attach()
    ended = [talk.say(type="ping", id=count) for count in range(21)]
    assert ended[:20] == [None] * 20
    assert isinstance(ended[20], Farewell)
    assert ended[20].close_code is CloseCode.TOO_MANY


# Adversaries: for every kind of client, whatever happens in whatever order


@dataclass
class Adversary:
    """A client over a link that delivers when it likes; it knows what a correct client knows."""

    kind: str
    talk: Talk
    rnd: random.Random
    position: tuple[str, int] | None = None
    document: Any = None
    unread: int = 0
    most_unread: int = 0
    resyncs: int = 0

    def __post_init__(self) -> None:
        self.link: list[Frame] = []
        self.back: list[dict[str, object]] = []

    def deliver(self) -> None:
        self.link += self.talk.frames
        self.talk.frames.clear()
        self.most_unread = max(self.most_unread, sum(frame.size for frame in self.link))

    def read(self) -> None:
        if not self.link:
            return
        frame = json.loads(self.link.pop(0).event["text"])
        if frame["type"] == "snapshot":
            self.position, self.document = (frame["epoch"], frame["version"]), frame["data"]
        elif frame["type"] == "diff":
            assert self.position == (frame["epoch"], frame["from"]), "a diff that does not fit"
            for operation in frame["patch"]:
                self.document = {**self.document, operation["path"][1:]: operation["value"]}
            self.position = (frame["epoch"], frame["version"])
        elif frame["type"] == "ping":
            head = frame["heads"]["role"]
            if self.position != (head["epoch"], head["version"]):
                self.resyncs += 1
            if self.kind != "mute":
                self.back.append({"type": "pong", "seq": frame["seq"]})


BUDGET = 20_000
LARGEST = 9_000


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize(
    "kind", ["good", "slow", "bursty", "dead", "mute", "resyncing", "pinging", "guessing"]
)
def test_no_client_costs_more_than_the_budget_and_whoever_reads_arrives(kind: str, seed: int) -> None:
    rnd = random.Random(f"{kind} {seed}")
    talk = Talk(
        Limits(budget=BUDGET), padding=rnd.choice((500, 4000, 8000)), window=rnd.choice((2, 8))
    ).attach()
    client = Adversary(kind, talk, rnd)
    ended: Farewell | None = None
    rate = rnd.choice((0.05, 0.2, 0.5))
    said = 0
    for _ in range(rnd.choice((100, 400))):
        chance = rnd.random()
        if chance < rate:
            talk.change(size=rnd.choice((1, 100, 500, 3000, LARGEST - 1000)))
        elif chance < rate + 0.3:
            second = int(talk.now)
            if (
                kind in ("good", "mute")
                or (kind == "slow" and rnd.random() < 0.2)
                or (kind == "bursty" and second // 15 % 2)
            ):
                client.read()
            elif kind in ("resyncing", "pinging", "guessing") and said < 20:
                said += 1
                words = {
                    "resyncing": {"type": "resync", "scope": "role"},
                    "pinging": {"type": "ping", "id": said},
                    "guessing": {"type": "pong", "seq": str(said)},
                }
                client.back.append(words[kind])
        elif chance < rate + 0.4:
            talk.now += 1
            said = 0
            ended = talk.session.tick(talk.now)
        elif client.back:
            ended = talk.say(**client.back.pop(0))
        client.deliver()
        if ended:
            break
    # The budget, the frame that crossed it, pings and small replies.
    assert client.most_unread < BUDGET + LARGEST + 4000
    if kind in ("good", "slow", "bursty"):
        if ended:
            assert kind != "good"
            return
        # No tick any more: a client that reads must arrive without the periodic ping.
        for _ in range(300):
            client.read()
            if client.back:
                assert talk.say(**client.back.pop(0)) is None
                talk.now += 0.1
            client.deliver()
        assert talk.feed.position is not None
        assert client.position == (talk.feed.position.epoch, talk.feed.position.version)
        assert client.document == talk.feed.document
        assert client.resyncs == 0
    elif not ended:
        for _ in range(100):
            talk.now += 1
            ended = ended or talk.session.tick(talk.now)
        assert ended is not None, "who never answers does not stay for ever"
        assert ended.close_code is CloseCode.TOO_SLOW
