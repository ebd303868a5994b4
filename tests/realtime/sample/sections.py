"""Documents of the sample: an owner's notes, and how many a team has open."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Q

from realtime.sections import Audience, Piece, Registry, section
from tests.realtime.sample.models import Note, Owner, Team

documents = Registry()


def _owners(ids: Sequence[str]) -> Mapping[str, Owner]:
    return {str(owner.pk): owner for owner in Owner.objects.filter(pk__in=ids)}


def _teams(ids: Sequence[str]) -> Mapping[str, Team]:
    return {str(team.pk): team for team in Team.objects.filter(pk__in=ids)}


OWNERS: Audience[Owner] = Audience("owners", "owner", _owners, lambda subject: isinstance(subject, Owner))
TEAMS: Audience[Team] = Audience("teams", "team", _teams, lambda subject: isinstance(subject, Team))


@section("notes", audience=OWNERS, reads=[Note], into=documents)
def notes(owners: Sequence[Owner], now: datetime) -> Mapping[int, Piece]:
    """Every note with whether it is overdue; the next due date is when that changes."""
    items: dict[int, list[dict[str, object]]] = {owner.pk: [] for owner in owners}
    until: dict[int, list[datetime]] = {owner.pk: [] for owner in owners}
    for note in Note.objects.filter(owner__in=owners).order_by("pk"):
        overdue = not note.done and note.due_at is not None and note.due_at <= now
        items[note.owner_id].append({"id": note.pk, "text": note.text, "overdue": overdue})
        if note.due_at is not None and not note.done and note.due_at > now:
            until[note.owner_id].append(note.due_at)
    return {owner: Piece(items[owner], min(until[owner], default=None)) for owner in items}  # type: ignore[arg-type]


@section("summary", audience=OWNERS, reads=[Note, Owner], into=documents)
def summary(owners: Sequence[Owner], now: datetime) -> Mapping[int, Piece]:
    """Counts the same rows by another query: equal to ``notes`` in every single state of the database."""
    counted = Owner.objects.filter(pk__in=[owner.pk for owner in owners]).annotate(n=Count("notes"))
    return {owner.pk: Piece({"name": owner.name, "notes": owner.n}) for owner in counted}


@section("open", audience=TEAMS, reads=[Note, Owner], into=documents)
def open_notes(teams: Sequence[Team], now: datetime) -> Mapping[int, Piece]:
    still = Count("owners__notes", filter=Q(owners__notes__done=False))
    counted = Team.objects.filter(pk__in=[team.pk for team in teams]).annotate(n=still)
    return {team.pk: Piece(team.n) for team in counted}
