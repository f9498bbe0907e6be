"""Export a torchvision classifier with its weights to an ONNX graph. Imports torch."""

from __future__ import annotations

import difflib
import json
import pickle
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import onnx
from PIL.Image import Resampling

from semsearch.errors import ModelError
from semsearch.models.framing import Framing
from semsearch.models.identity import TORCHVISION
from semsearch.models.session import Session
from semsearch.models.torchvision_compat import mend_torchvision

mend_torchvision()

import torch  # noqa: E402
from safetensors import SafetensorError  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torchvision import models  # noqa: E402

_NAMED = 3  # keys quoted in a message


def official_id(architecture: str) -> str:
    """The id of the official weights, with the hash of their content from their file's name on the server."""
    weights = _official_weights(architecture)
    digest = Path(weights.url).stem.rpartition("-")[2]
    return f"{TORCHVISION}{architecture}:{weights.name}@{digest}"


def export_network(architecture: str, file: Path | None) -> bytes:
    """Export a network to ONNX, from `pixels`, uint8 (n, crop, crop, 3), to `visual`, its features (n, any).

    A classifier of ImageNet's classes has the output `logits` (n, 1000) as well. The metadata have the
    framing and the names of the classes ([] without classes), as JSON. Official weights are fetched when
    `file` is None. Raises ModelError.
    """
    official = _official_weights(architecture)
    preset = official.transforms()
    bare, classifies = load_network(architecture, file)
    network = _Exported(bare, preset.mean, preset.std, classifies=classifies).eval()
    names = ("visual", "logits") if classifies else ("visual",)
    crop = preset.crop_size[0]
    seed = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (3, crop, crop, 3), dtype=torch.uint8, generator=seed)
    try:
        with torch.inference_mode():
            expected = [output.numpy() for output in network(pixels)]
        graph = to_onnx(network, crop, names)
    except Exception as error:  # the exporter passes on whatever the network's code raises
        raise ModelError(f"{TORCHVISION}{architecture} cannot be exported to ONNX: {error}") from error
    if not all(np.isfinite(output).all() for output in expected):
        raise ModelError(f"The weights of {TORCHVISION}{architecture} make features that are not finite.")
    actual = Session(TORCHVISION + architecture, graph).run({"pixels": pixels.numpy()}, *names)
    for mine, torchs in zip(actual, expected, strict=True):
        if mine.shape != torchs.shape or np.abs(mine - torchs).max() > 1e-3 * np.abs(torchs).max():
            raise ModelError(f"{TORCHVISION}{architecture} gives other results in onnxruntime than in torch.")
    framing = Framing(crop, preset.resize_size[0], Resampling[preset.interpolation.name])
    classes = official.meta["categories"] if classifies else []
    return _described(graph, framing=framing.described(), classes=classes)


def to_onnx(network: torch.nn.Module, side: int, outputs: Sequence[str]) -> bytes:
    """Export a network that takes `pixels`, uint8 of shape (n, side, side, 3), to ONNX, for any n."""
    pixels = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode(), warnings.catch_warnings():
        # The exporter warns that it is deprecated (its successor needs another package and takes ten times
        # as long) and that the trace may not hold for other inputs, so callers check its results.
        warnings.simplefilter("ignore")
        file = Path(folder) / "network.onnx"
        torch.onnx.export(
            network,
            (pixels,),
            file,
            dynamo=False,
            input_names=["pixels"],
            output_names=list(outputs),
            dynamic_axes={name: {0: "n"} for name in ("pixels", *outputs)},
        )
        return file.read_bytes()


class _Exported(torch.nn.Module):
    """Normalises the pixels and runs the network. Returns the input of its last layer as well."""

    def __init__(
        self, network: torch.nn.Module, mean: list[float], deviation: list[float], *, classifies: bool
    ) -> None:
        super().__init__()
        self._network = network
        self._mean = torch.tensor(mean)[:, None, None] * 255
        self._deviation = torch.tensor(deviation)[:, None, None] * 255
        self._classifies = classifies
        self._seen: list[torch.Tensor] = []
        last = network.get_submodule(_classifier(network))
        last.register_forward_pre_hook(lambda _, inputs: self._seen.append(inputs[0]))

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        channels_first = pixels.permute(0, 3, 1, 2).float()
        logits: torch.Tensor = self._network((channels_first - self._mean) / self._deviation)
        features = self._seen.pop()
        if features.dim() == 4:  # the last layer is a convolution, and pooling comes after it
            features = features.mean((2, 3))
        return (features.flatten(1), logits.flatten(1)) if self._classifies else (features.flatten(1),)


def _official_weights(architecture: str) -> Any:
    known = models.list_models(module=models)
    if architecture not in known:
        near = difflib.get_close_matches(architecture, known, n=3) or known
        raise ModelError(
            f"torchvision has no architecture {architecture!r}. Similar names: {', '.join(near)}."
        )
    return models.get_model_weights(architecture).DEFAULT


def load_network(architecture: str, file: Path | None) -> tuple[torch.nn.Module, bool]:
    """The network, and whether its last layer tells ImageNet's classes; if not, that layer is random.

    Official weights are fetched when `file` is None. Raises ModelError for weights that do not fit.
    """
    network: torch.nn.Module
    if file is None:
        try:
            network = models.get_model(architecture, weights="DEFAULT", progress=False)
        except (URLError, OSError, RuntimeError) as error:  # RuntimeError: the download's hash is wrong
            raise ModelError(
                f"The official weights of {TORCHVISION}{architecture} cannot be fetched ({error}). "
                f"Give a file that holds them: {TORCHVISION}{architecture}=<weights file>."
            ) from error
        return network, True
    network = models.get_model(architecture, weights=None)
    expected, state = network.state_dict(), _state(file)
    last = {key for key in expected if key.startswith(_classifier(network) + ".")}
    classifies = all(key in state and state[key].shape == expected[key].shape for key in last)
    if not classifies:
        expected = {key: value for key, value in expected.items() if key not in last}
        state = {key: value for key, value in state.items() if key not in last}
    _check(state, expected, file, architecture)
    network.load_state_dict(state, strict=False)
    return network, classifies


def _classifier(network: torch.nn.Module) -> str:
    """The name of the last layer, which maps features to classes.

    The layers before it in the head (pooling, normalisation, the hidden layers of VGG) are for features.
    """
    head = [name for name, _ in network.named_children()][-1]
    layers: list[str] = [
        name
        for name, module in network.named_modules()
        if name.split(".")[0] == head and isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
    ]
    return layers[-1]


def _check(
    state: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor], file: Path, architecture: str
) -> None:
    missing = [key for key in expected if key not in state and not key.endswith(".num_batches_tracked")]
    unknown = [key for key in state if key not in expected]
    odd = [
        f"{key} is {tuple(state[key].shape)}, not {tuple(value.shape)}"
        for key, value in expected.items()
        if key in state and state[key].shape != value.shape
    ]
    complaints = [
        f"{len(keys)} {what} ({', '.join(keys[:_NAMED])}{', ...' if len(keys) > _NAMED else ''})"
        for what, keys in (("missing", missing), ("unknown", unknown), ("of another shape", odd))
        if keys
    ]
    if complaints:
        raise ModelError(f"{file} does not fit torchvision's {architecture}: {'; '.join(complaints)}.")


def _state(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a weights file by name, floating point numbers as float32."""
    try:
        match file.suffix:
            case ".npz":
                with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
                    state = {key: torch.from_numpy(arrays[key]) for key in arrays.files}
            case ".safetensors":
                state = load_file(file)
            case ".pt" | ".pth":
                state = torch.load(file, map_location="cpu", weights_only=True)
            case suffix:
                raise ModelError(
                    f"{file} ends in {suffix!r}: weights are read from .npz, .pt, .pth, .safetensors."
                )
    except (
        OSError,
        ValueError,
        EOFError,
        RuntimeError,
        TypeError,
        zipfile.BadZipFile,
        pickle.UnpicklingError,
        SafetensorError,
    ) as error:
        raise ModelError(f"The weights in {file} are damaged, or not plain tensors: {error}") from error
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ModelError(f"{file} holds no plain state_dict: save model.state_dict() and nothing around it.")
    return {key: value.float() if value.is_floating_point() else value for key, value in state.items()}


def _described(graph: bytes, **metadata: object) -> bytes:
    model = onnx.ModelProto.FromString(graph)
    onnx.helper.set_model_props(model, {key: json.dumps(value) for key, value in metadata.items()})
    described: bytes = model.SerializeToString()
    return described
