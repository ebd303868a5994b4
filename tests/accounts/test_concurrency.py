"""Two at the same time: everybody goes on with the same refresh token, and nobody is taken for a thief."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from accounts import sessions
from accounts.models import Revocation
from accounts.refusals import Refusal, SignInRefused
from accounts.tokens import TokenPair
from domain.models import User
from tests.accounts.crafting import claims_of

TOGETHER = 6
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> User:
    return User.objects.create_user("ada@example.com", "a good password")


def at_once(call: Callable[[], T]) -> list[T]:
    """The results of ``TOGETHER`` threads that call it at the same moment, each over its own connection."""
    start = Barrier(TOGETHER)

    def run() -> T:
        try:
            start.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run) for _ in range(TOGETHER)]]


def test_tabs_that_refresh_at_once_end_up_with_the_same_token(person: User) -> None:
    now = timezone.now()
    pair = sessions.sign_in(person.email, "a good password", now)
    for round_ in range(5):
        raw, moment = pair.refresh, now + timedelta(minutes=round_)
        answers: list[TokenPair] = at_once(lambda raw=raw, moment=moment: sessions.refresh(raw, moment))
        assert len({claims_of(answer.refresh)["jti"] for answer in answers}) == 1
        for answer in answers:
            assert sessions.verify(answer.access, moment)
        pair = answers[0]
    assert not Revocation.objects.exists()


def test_a_reuse_that_comes_many_times_at_once_ends_the_session_once(person: User) -> None:
    now = timezone.now()
    pair = sessions.sign_in(person.email, "a good password", now)
    sessions.refresh(pair.refresh, now)

    def reuse() -> Refusal:
        with pytest.raises(SignInRefused) as caught:
            sessions.refresh(pair.refresh, now + timedelta(minutes=1))
        return caught.value.refusal

    assert set(at_once(reuse)) <= {Refusal.TOKEN_REUSED, Refusal.SESSION_REVOKED}
    assert Revocation.objects.count() == 1
