"""What sums must be: those of all rows, at every instant, folded or not."""

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from dashboard.rollups.keeping import compare, fold

# Everything is within reach of windows, so that no cell of the tests is out of use.
NOW = datetime(2026, 3, 29, 15, tzinfo=UTC)


def wrong() -> dict[str, Any]:
    """The cells and counts that are not what the rows say, and by how much; empty when all is right."""
    # In one thread, the transaction of the test is snapshot enough.
    found = compare(NOW, view=nullcontext)
    return {
        rollup.name: differences
        for by_rollup in (found.cells, found.tallies)
        for rollup, differences in by_rollup.items()
        if differences
    }


def assert_right() -> None:
    """Cells and journals together are what the rows say, before folding and after it."""
    assert wrong() == {}
    fold()
    assert wrong() == {}
    assert fold() == 0
