"""Fit the presets of labels for the built-in English text model: python scripts/presets.py

It writes semsearch/explore/<preset>.npz beside the sentences. Run it when sentences or that model change.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from semsearch.explore.presets import CLASSES, fitted, written
from semsearch.models.loaded import Models
from semsearch.settings import Settings

FOLDER = Path(__file__).parents[1] / "semsearch" / "explore"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        model = Models(Settings(home=Path(home))).text()
        for preset in CLASSES:
            data = written(fitted(preset, model), model.id)
            (FOLDER / f"{preset}.npz").write_bytes(data)
            print(f"{preset}: {len(data):,} bytes for {model.id}")


if __name__ == "__main__":
    main()
