"""Redis as a doorbell that loses, repeats and reorders."""

from pathlib import Path
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from tests.e2e.faulty import read_order

_HELD = 3  # rings that change places


class DisturbedLayer:
    """What happens to the rings that this process sends, the file ``rings`` says."""

    def __init__(self, **config: Any) -> None:
        self._layer = RedisPubSubChannelLayer(**config)
        self._held: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        match read_order(Path(settings.FAULTS), "rings"):
            case "drop":
                rings = []
            case "repeat":
                rings = [(group, message)] * 2
            case "reorder":
                self._held.append((group, message))
                rings = []
                if len(self._held) == _HELD:
                    rings, self._held = self._held[::-1], []
            case _:
                rings = [(group, message)]
        for ring in rings:
            await self._layer.group_send(*ring)
