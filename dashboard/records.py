"""What is counted of customers, callbacks and payments: whole numbers that can be added up. Pure."""

from typing import NamedTuple


class Leads(NamedTuple):
    """Customers by when they were first known; each has one interest, and may want no calls besides."""

    total: int
    hot: int
    warm: int
    cold: int
    converted: int
    do_not_call: int


class Due(NamedTuple):
    """Callbacks by when they are due."""

    total: int
    scheduled: int
    completed: int


class Revenue(NamedTuple):
    """Revenue by when it was paid."""

    cents: int
