"""What an export says about itself: a JSON text in the footer of the file, under the key `semsearch`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from semsearch.errors import ArchiveError
from semsearch.records import Kind
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import SPACES
from semsearch.store.statistics import Calibration, Measures

# The version of the layout. An older semsearch refuses a file with a higher one.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The facts about an export.

    `written_by` is the version of semsearch, `written_at` a time in ISO 8601. `folders` tells for each folder
    whether all its documents were known. `fingerprints` are those of the models, by space. `counts` are the
    numbers of documents, passages and views. `mine` is what people have said about the library: hashes by
    name, as in `Store.mine`.
    """

    written_by: str
    written_at: str
    counts: Mapping[str, int]
    fingerprints: Mapping[str, Fingerprint]
    folders: Mapping[str, bool]
    measures: Measures
    mine: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The header as JSON. Bytes of folder names that are not UTF-8 are escaped."""
        measures = self.measures
        calibrations = {
            kind.value: {"scales": each.mapping(), "mean_vector": base64.b64encode(each.mean_vector).decode()}
            for kind, each in measures.calibrations.items()
        }
        return json.dumps(
            {
                "format": FORMAT,
                "semsearch": self.written_by,
                "written_at": self.written_at,
                "counts": dict(self.counts),
                "models": {space: asdict(found) for space, found in self.fingerprints.items()},
                "folders": dict(self.folders),
                "calibration": measures.version,
                "changes": measures.changes,
                "calibrations": calibrations,
                "frequencies": dict(measures.frequencies),
                "mine": {name: dict(said) for name, said in self.mine.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Header:
        """Read a header. Raises ArchiveError if a newer semsearch wrote it, or if it is damaged."""
        try:
            found = json.loads(text)
            if found["format"] > FORMAT:
                raise ArchiveError(
                    f"semsearch {found['semsearch']} wrote it in format {found['format']}, and this one "
                    f"reads formats up to {FORMAT}: install a newer semsearch"
                )
            return cls(
                written_by=str(found["semsearch"]),
                written_at=str(found["written_at"]),
                counts={str(name): int(count) for name, count in found["counts"].items()},
                fingerprints={
                    space: _fingerprint(each) for space, each in found["models"].items() if space in SPACES
                },
                folders={str(folder): bool(whole) for folder, whole in found["folders"].items()},
                measures=_measures(found),
                # Exports of before have none.
                mine={
                    _encodable(name): {_encodable(key): _encodable(value) for key, value in said.items()}
                    for name, said in found.get("mine", {}).items()
                },
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveError(f"its header is damaged: {error!r}") from error


def _encodable(found: object) -> str:
    """A text that Redis can keep. Raises ValueError for half a character, which is no text."""
    text = str(found)
    text.encode()
    return text


def _fingerprint(found: Mapping[str, Any]) -> Fingerprint:
    return Fingerprint(
        str(found["model"]), int(found["dims"]), int(found["semantic_dims"]), int(found["schema"])
    )


def _measures(found: Mapping[str, Any]) -> Measures:
    return Measures(
        calibrations={Kind(kind): _calibration(each) for kind, each in found["calibrations"].items()},
        frequencies={str(term): int(count) for term, count in found["frequencies"].items()},
        changes=int(found["changes"]),
        version=str(found["calibration"]),
    )


def _calibration(found: Mapping[str, Any]) -> Calibration:
    stored = {name.encode(): str(float(value)).encode() for name, value in found["scales"].items()}
    calibration = Calibration.read(stored, base64.b64decode(found["mean_vector"], validate=True))
    numbers = [*calibration.mapping().values(), *np.frombuffer(calibration.mean_vector, np.float32)]
    if not (calibration.measured and np.isfinite(numbers).all()):
        raise ValueError(f"the scales {found['scales']} are not those of a calibration")
    return calibration
