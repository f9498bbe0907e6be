"""Find what all vectors of the text model e5 have in common, and what in them tells the language of a text.

    pip install --no-deps --target FOLDER django
    python -m tools.common_directions FOLDER

Two texts of e5 have a cosine of .7 and more, whatever they say, and texts of one language are nearer to each
other than to their translations. Django's messages are in seventy languages (BSD-3-Clause). The mean of all
is what texts share, and the mean difference of a language from all others is the mark of this language.
Writes the direction of the mean and the strongest directions of the marks, orthonormal, as float16.
"""

from __future__ import annotations

import argparse
import gettext
import re
from collections import Counter
from pathlib import Path

import numpy as np

from semsearch.models.catalogue import text_model
from semsearch.models.e5 import COMMON
from semsearch.records import Vectors
from semsearch.settings import EVERY_LANGUAGE, Settings

# The number of directions of language. Fewer leave English questions apart from German answers; with more,
# nothing changes.
_LANGUAGES = 16
_CATALOGUES = ("conf", "contrib/auth", "contrib/admin", "contrib/admindocs")
# Shorter messages are often a single word. A language must have this number of longer ones.
_SHORTEST, _LEAST = 40, 40
# The messages that most languages have.
_MESSAGES = 30
_MARKS = re.compile(r"%\(\w+\)[sd]|%[sd]|</?\w[^>]*>|[“”\"]")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where Django was installed")
    catalogues = _catalogues(parser.parse_args().folder / "django")
    found = Counter(message for catalogue in catalogues.values() for message in catalogue)
    messages = [message for message, _ in found.most_common(_MESSAGES)]
    catalogues["en"] = {message: message for message in messages}
    languages = sorted(catalogues)
    places = [
        (n, m)
        for n, language in enumerate(languages)
        for m, message in enumerate(messages)
        if message in catalogues[language]
    ]
    texts = [_MARKS.sub("", catalogues[languages[n]][messages[m]]) for n, m in places]
    vectors = text_model(Settings(text_model=EVERY_LANGUAGE)).embed(texts)
    np.save(COMMON, _directions(vectors, np.array(places)).astype(np.float16))


def _catalogues(django: Path) -> dict[str, dict[str, str]]:
    """The translations of long messages, by language."""
    found: dict[str, dict[str, str]] = {}
    for folder in sorted((django / "conf" / "locale").iterdir()):
        if not re.fullmatch("[a-z]{2}(_Hans)?", folder.name):
            continue
        own = found.setdefault(folder.name, {})
        for name in _CATALOGUES:
            path = django / name / "locale" / folder.name / "LC_MESSAGES" / "django.mo"
            if path.is_file():
                with path.open("rb") as file:
                    own |= _long(gettext.GNUTranslations(file))
    return {language: own for language, own in found.items() if len(own) >= _LEAST}


def _long(catalogue: gettext.GNUTranslations) -> dict[str, str]:
    entries: dict[object, str] = catalogue._catalog  # type: ignore[attr-defined]
    return {
        message: text
        for message, text in entries.items()
        if isinstance(message, str) and len(message) > _SHORTEST and "\n" not in message and text != message
    }


def _directions(vectors: Vectors, places: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Vectors:
    """The directions, as rows. `places` have the language and the message of each vector."""
    messages = np.array([vectors[places[:, 1] == m].mean(axis=0) for m in range(_MESSAGES)])
    apart = vectors - messages[places[:, 1]]
    marks = np.array([apart[places[:, 0] == n].mean(axis=0) for n in np.unique(places[:, 0])])
    strongest = np.linalg.svd(marks, full_matrices=False)[2][:_LANGUAGES]
    basis: Vectors = np.linalg.qr(np.vstack([vectors.mean(axis=0), strongest]).T)[0].T
    return basis


if __name__ == "__main__":
    main()
