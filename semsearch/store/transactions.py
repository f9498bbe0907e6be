"""Write to Redis in transactions: each is applied as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import redis

# The most pieces that are written or removed in one transaction: other clients wait until it is applied.
MOST_PIECES = 200


class Transactions:
    """Runs transactions, one at a time."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def run(self, build: Callable[[Any], None]) -> list[Any]:
        """Send the commands that `build` adds to a pipeline, as one transaction. Returns their replies."""
        pipe = self._client.pipeline(transaction=True)
        build(pipe)
        return list(pipe.execute())

    def unlink(self, keys: Sequence[str]) -> None:
        """Remove keys, at most MOST_PIECES in one transaction."""
        for start in range(0, len(keys), MOST_PIECES):
            self._unlink(keys[start : start + MOST_PIECES])

    def _unlink(self, keys: Sequence[str]) -> None:
        self.run(lambda pipe: pipe.unlink(*keys))
