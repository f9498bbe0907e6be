"""What the tests of training share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from semsearch.models.torchvision_compat import mend_torchvision


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Two threads of torch wait for each other in every small step, which is slow beside other work."""
    mend_torchvision()
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
