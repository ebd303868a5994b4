"""System checks that refuse models whose changes could happen unseen."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db.models import CASCADE, DO_NOTHING, PROTECT, RESTRICT, ForeignKey, Model

from realtime.observing import observers, observers_of
from realtime.sections import Registry, registry

AppConfigs = Sequence[AppConfig] | None

# What happens to a row when the row it refers to is deleted: nothing, or its own deletion, which is seen.
_SEEN = (CASCADE, PROTECT, RESTRICT, DO_NOTHING)


@register()
def check_tracking(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """Whatever a section reads is tracked, and no tracked row is rewritten behind our back."""
    return [*rewritten(observers), *untracked(registry)]


def rewritten(tracked: Iterable[type[Model]]) -> Iterator[CheckMessage]:
    """Foreign keys of tracked models that Django rewrites without a signal when their target is deleted."""
    for model in tracked:
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.remote_field.on_delete not in _SEEN:
                yield Error(
                    f"deleting the target of {field} rewrites tracked rows of {model._meta.label} unseen",
                    hint="Use CASCADE, PROTECT or RESTRICT; where it is meant, clear the field in a service.",
                    obj=field,
                    id="realtime.E010",
                )


def untracked(source: Registry) -> Iterator[CheckMessage]:
    """Models that a section reads although nobody says whom their rows concern."""
    for part in source.sections:
        for model in part.reads:
            if not observers_of(model):
                yield Error(
                    f"the section {part.key!r} of {part.audience.name!r} reads {model._meta.label}, "
                    "which is not tracked: its changes would wait for the periodic full refresh",
                    hint="Track the model with realtime.changes.track.",
                    obj=model,
                    id="realtime.E011",
                )
