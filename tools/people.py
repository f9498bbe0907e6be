"""Make the vectors of the words for people that go with a bank: banks/minilm_people.npy.

    python -m tools.people

The words stand in banks/minilm_people.txt, one a line.
"""

from __future__ import annotations

import sys

import numpy as np

from semsearch.models.bank import shipped_bank
from semsearch.models.catalogue import text_model
from semsearch.models.nouns import people_file
from semsearch.settings import Settings


def main() -> None:
    model = text_model(Settings())
    bank = shipped_bank(model.id)
    if bank is None:
        sys.exit(f"There is no bank for {model.id}.")
    words = people_file(bank)
    output = words.with_suffix(".npy")
    vectors = model.embed(words.read_text(encoding="utf-8").splitlines(), query=True)
    np.save(output, vectors.astype(np.float16), allow_pickle=False)
    sys.stdout.write(f"{output}: {len(vectors)} words\n")


if __name__ == "__main__":
    main()
