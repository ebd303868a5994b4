"""Writes through the services: calls come into the tenants' queues, and leave them."""

import time
from itertools import cycle

from django.db import transaction


class Writes:
    """A call arrives at one tenant after the other; every second write takes an earlier one away.

    ``committed``: by the number of the caller, which is never used twice, when its transaction was about to
    commit, on the clock that all processes share. ``first``: of the numbers, for several writers.
    """

    def __init__(self, first: int) -> None:
        self.committed: dict[str, float] = {}
        self._number = 5_550_000_000 + first

    def begin(self) -> None:
        from domain.models import Call, User

        self._tenants = cycle(User.objects.filter(role="user").order_by("pk"))
        self._waiting: list[Call] = []

    def next(self) -> None:
        from domain.services.calls import abandon_call
        from domain.services.queue import receive_call

        if len(self._waiting) > 1:
            abandon_call(call=self._waiting.pop(0))
            return
        self._number += 1
        number = f"+{self._number}"
        with transaction.atomic():
            # More urgent than what else may wait: only the first ten are on the screen.
            self._waiting.append(receive_call(owner=next(self._tenants), phone_number=number, priority=1))
            self.committed[number] = time.monotonic()
