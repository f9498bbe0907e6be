"""Make torchvision importable with a build of torch that it was not compiled for.

The public wheels of torchvision are compiled against torch with CUDA. With another build of torch, their
compiled part cannot be loaded. The import of torchvision then fails on an operator of that part
("torchvision::nms does not exist"), and so do those of transformers and sentence-transformers. The operators
find boxes in pictures, which semsearch does not do, so it is enough to declare them.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

from semsearch.errors import ModelError

_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def mend_torchvision() -> Any:
    """Declare torchvision's operators if its compiled part cannot be loaded.

    To be called before the first import of torchvision, transformers or sentence-transformers. Returns the
    object that keeps the declarations alive. Raises ModelError when torch or torchvision is missing.
    """
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None or importlib.util.find_spec("torch") is None:
        raise ModelError(
            "This model needs torch and torchvision, which are not installed: pip install torch torchvision"
        )
    import torch

    compiled = [path for path in Path(found.origin).parent.glob("_C.*") if path.suffix in {".so", ".pyd"}]
    try:
        for path in compiled:
            torch.ops.load_library(str(path))
    except OSError:
        compiled = []
    if compiled:
        return None
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in _OPERATORS:
        library.define(operator)
    return library
