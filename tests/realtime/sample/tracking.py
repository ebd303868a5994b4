"""Which documents the sample's rows concern: ``owner.<id>`` and ``team.<id>``."""

from collections.abc import Collection, Iterator
from typing import Any

from realtime.changes import track
from realtime.scopes import Scope
from tests.realtime.sample.models import Comment, Note, Owner, Team


def of_owner(rows: Collection[tuple[Any, ...]]) -> Iterator[Scope]:
    return (Scope("owner", str(owner)) for (owner,) in rows if owner is not None)


def of_owner_and_team(rows: Collection[tuple[Any, ...]]) -> Iterator[Scope]:
    for owner, team in rows:
        yield Scope("owner", str(owner))
        if team is not None:
            yield Scope("team", str(team))


def of_team(rows: Collection[tuple[Any, ...]]) -> Iterator[Scope]:
    """Everybody of the team, by a query of its own."""
    teams = {team for (team,) in rows}
    yield from (Scope("team", str(team)) for team in teams)
    owners = Owner.objects.filter(team__in=teams).values_list("pk", flat=True)
    yield from (Scope("owner", str(owner)) for owner in owners)


def connect() -> None:
    track(Note, fields=["owner_id", "owner__team_id"], scopes=of_owner_and_team)
    track(Note.tags.through, fields=["note__owner_id"], scopes=of_owner)
    track(Comment, fields=["note__owner_id"], scopes=of_owner)
    track(Owner, fields=["pk", "team_id"], scopes=of_owner_and_team)
    track(Team, fields=["pk"], scopes=of_team)
