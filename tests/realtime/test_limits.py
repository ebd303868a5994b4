"""Counting what a client sends."""

from realtime.limits import FrameCounter, Limits


def test_twenty_frames_in_any_second_are_fine_and_one_more_is_not() -> None:
    counter = FrameCounter(Limits())
    assert not any(counter.too_many(100 + step / 20) for step in range(20))
    assert not counter.too_many(101.0)  # the first of them is a second old
    assert counter.too_many(101.01)


def test_nonsense_now_and_then_is_forgiven_and_ten_in_a_minute_are_not() -> None:
    counter = FrameCounter(Limits())
    assert not any(counter.too_bad(second * 7.0) for second in range(100))
    counter = FrameCounter(Limits())
    assert [counter.too_bad(float(second)) for second in range(10)] == [False] * 9 + [True]
