"""Every shape of model that a change can come from."""

from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name


class Owner(models.Model):
    name = models.CharField(max_length=50)
    team = models.ForeignKey(Team, models.CASCADE, related_name="owners", null=True)

    def __str__(self) -> str:
        return self.name


class NoteQuerySet(models.QuerySet["Note"]):
    def open(self) -> "NoteQuerySet":
        return self.filter(done=False)

    def close(self) -> int:
        return self.update(done=True)


class OpenNotes(models.Manager["Note"]):
    """A manager with a queryset of its own making."""

    def get_queryset(self) -> NoteQuerySet:
        return NoteQuerySet(self.model, using=self._db).open()


class Note(models.Model):
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="notes")
    text = models.CharField(max_length=200, default="")
    done = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    number = models.IntegerField(null=True, unique=True)
    tags = models.ManyToManyField("Tag", related_name="notes")

    objects = NoteQuerySet.as_manager()
    open_notes = OpenNotes()

    def __str__(self) -> str:
        return self.text


class UrgentNote(Note):
    """A child with a table of its own."""

    reason = models.CharField(max_length=50, default="")


class NoteProxy(Note):
    class Meta:
        proxy = True


class Tag(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """Its owner is behind another table."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="comments")
    text = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return self.text


class Untracked(models.Model):
    text = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return self.text
