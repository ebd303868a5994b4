"""Whether the sums still are what the rows say: a sample now and then, and all of it when that is wrong.

Triggers see every write, so that there is nothing to find unless somebody removed them, disabled them, or
wrote into the sums.
"""

import logging
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max, Min, Sum

from dashboard.rollups import cells, triggers
from dashboard.rollups.keeping import repair
from dashboard.rollups.shape import DAY, EVERYBODY, Grain, Level, Rollup, quarter_of, start_of
from dashboard.rollups.subjects import ROLLUPS
from dashboard.rollups.summing import journal_sums, parts, rows_of, sums
from realtime.metrics import metrics
from realtime.snapshots import snapshot

log = logging.getLogger(__name__)

_COMPARED: Final = (Level.PLATFORM, Level.OWNER)


def check(now: datetime, random: Random, using: str = DEFAULT_DB_ALIAS) -> int:
    """Derive today and a day of the past from rows; repair all if one is wrong. Returns what was wrong."""
    absent = triggers.missing(using)
    if absent:
        log.warning("triggers were gone and are made anew: %s", ", ".join(sorted(absent)))
        triggers.install(using)
    elif not any(wrong_days(rollup, now, random) for rollup in ROLLUPS):
        return 0
    wrong = repair(now, using)
    log.warning("%d sums were not what the rows say, and are corrected", wrong)
    metrics.corrections_total += wrong
    return wrong


def wrong_days(rollup: Rollup, now: datetime, random: Random) -> list[int]:
    """Of today, yesterday and a random day, those with wrong sums, by their first quarters; 0: all time."""
    today = quarter_of(now) // DAY * DAY
    with snapshot():
        stored = rollup.cells._base_manager.filter(
            level=Level.PLATFORM, subject=EVERYBODY, grain=Grain.DAY
        ).aggregate(first=Min("bucket"), last=Max("bucket"))
        days = {today, today - DAY}
        if stored["first"] is not None:
            days.add(random.randrange(stored["first"], stored["last"] + DAY, DAY))
        return [day for day in sorted(days) if not _is_right(rollup, day)] + _total(rollup)


def _is_right(rollup: Rollup, day: int) -> bool:
    start, end = start_of(day), start_of(day) + timedelta(days=1)
    found = cells.Sums(rollup, horizon=day + DAY)  # by the day alone
    for dating, dated in rollup.dated.items():
        rows = rows_of(rollup).filter(**{f"{dated.at}__gte": start, f"{dated.at}__lt": end})
        for sign, summed in ((1, list(sums(rollup, rows))), (-1, journal_sums(rollup))):
            found.add(
                (
                    part
                    for part in parts(rollup, summed)
                    if part.dating == dating and part.level in _COMPARED and day <= part.quarter < day + DAY
                ),
                sign,
            )
    right = {key: values for key, values in found.cells.items() if key[2] == Grain.DAY}
    owners = {key[1] for key in right if key[0] == Level.OWNER}
    for level, subjects in ((Level.PLATFORM, {EVERYBODY}), (Level.OWNER, owners)):
        rows = rollup.cells._base_manager.filter(
            level=level, subject__in=subjects, grain=Grain.DAY, bucket=day
        ).values_list("subject", "owner", *rollup.columns)
        for subject, owner, *values in rows:
            key = (int(level), subject, int(Grain.DAY), day, owner)
            known = right.setdefault(key, [0] * len(values))
            right[key] = [one - other for one, other in zip(known, values, strict=True)]
    return not any(map(any, right.values()))


def _total(rollup: Rollup) -> list[int]:
    """[0] if the days of the platform do not add up to all time."""
    sums_of = {name: Sum(name) for name in rollup.columns}
    stored = rollup.cells._base_manager.filter(level=Level.PLATFORM, subject=EVERYBODY)
    days = stored.filter(grain=Grain.DAY).aggregate(**sums_of)
    ever = stored.filter(grain=Grain.EVER).aggregate(**sums_of)
    return [0] if any((days[name] or 0) != (ever[name] or 0) for name in rollup.columns) else []
