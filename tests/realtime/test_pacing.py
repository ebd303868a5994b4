"""When documents may be refreshed."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.pacing import LONGEST_REST, Pacer
from realtime.scopes import Scope

ONE, TWO = Scope("user", "1"), Scope("user", "2")


def test_the_first_change_after_a_quiet_spell_is_due_at_once() -> None:
    pacer = Pacer(0.1, 0.25)
    pacer.want([ONE, TWO])
    assert set(pacer.take(5.0)[0]) == {ONE, TWO}


def test_nothing_wanted_is_nothing_to_wait_for() -> None:
    assert Pacer(0.1, 0.25).take(5.0) == ([], None)


def test_under_load_a_scope_waits_for_its_interval_and_others_do_not() -> None:
    pacer = Pacer(0.1, 0.25)
    pacer.want([ONE])
    pacer.take(5.0)
    pacer.want([ONE])
    scopes, wait = pacer.take(5.04)
    assert scopes == []
    assert wait is not None
    assert abs(wait - 0.06) < 1e-9
    pacer.want([TWO])
    assert pacer.take(5.05)[0] == [TWO]
    assert pacer.take(5.11)[0] == [ONE]


def test_a_slow_refresh_stretches_the_pause_to_its_share() -> None:
    pacer = Pacer(0.1, 0.25)
    pacer.want([ONE])
    pacer.take(5.0)
    pacer.took(5.0, 6.0)
    pacer.want([TWO])
    scopes, wait = pacer.take(6.0)
    assert (scopes, wait) == ([], 3.0)
    assert pacer.take(9.0)[0] == [TWO]


def test_a_refresh_that_stood_still_with_its_process_is_not_followed_by_a_rest_as_long() -> None:
    pacer = Pacer(0.1, 0.25)
    pacer.want([ONE])
    pacer.take(5.0)
    pacer.took(5.0, 65.0)
    pacer.want([ONE])
    assert pacer.take(65.0) == ([], LONGEST_REST)
    assert pacer.take(65.0 + LONGEST_REST)[0] == [ONE]


def test_what_nobody_watches_is_not_refreshed() -> None:
    pacer = Pacer(0.1, 0.25)
    pacer.want([ONE])
    pacer.forget(ONE)
    assert pacer.take(5.0) == ([], None)


@given(
    st.lists(st.tuples(st.floats(0.0, 0.3), st.floats(0.001, 0.2), st.sampled_from([ONE, TWO])), max_size=60)
)
def test_the_share_and_the_interval_hold_for_any_load(load: list[tuple[float, float, Scope]]) -> None:
    pacer, now, busy, last = Pacer(0.1, 0.25), 0.0, 0.0, dict[Scope, float]()
    first = None
    for pause, duration, scope in load:
        pacer.want([scope])
        now += pause
        scopes, wait = pacer.take(now)
        if not scopes:
            assert wait is not None
            assert wait > 0
            continue
        first = now if first is None else first
        for one in scopes:
            assert now >= last.get(one, float("-inf")) + 0.1 - 1e-9
            last[one] = now
        # The last refresh alone may still exceed its share.
        assert busy <= 0.25 * (now - first) + 1e-9
        pacer.took(now, now + duration)
        busy += duration
        now += duration
