"""Change pictures at random without changing their meaning, a batch at a time, on its device."""

from __future__ import annotations

import torch
from torch.nn import functional

_CLOSEST = 0.65  # the side of the smallest part that is shown, as a share of the view's side
_GREY = 0.08  # the share of views without colours
_BLURRED = 0.2  # the share of blurred views
_TURN = 0.12  # radians: twice the standard deviation of the rotation


def augment(pixels: torch.Tensor, side: int) -> torch.Tensor:
    """Cut a part out of each view, perhaps mirror it, rotate it a little, and change its light.

    Takes uint8 of shape (n, 3, v, v), and returns floats from 0 to 255 of shape (n, 3, side, side).
    """
    count, device = len(pixels), pixels.device
    zoom = 1 - torch.rand(count, device=device) * (1 - _CLOSEST)
    room = 1 - zoom
    across = (torch.rand(count, device=device) * 2 - 1) * room
    down = (torch.rand(count, device=device) * 2 - 1) * room
    mirror = (torch.rand(count, device=device) < 0.5).float() * -2 + 1
    turn = torch.randn(count, device=device) * _TURN * 0.5
    cosine, sine = torch.cos(turn) * zoom, torch.sin(turn) * zoom
    matrix = torch.stack(
        [torch.stack([cosine * mirror, -sine, across], 1), torch.stack([sine * mirror, cosine, down], 1)], 1
    )
    grid = functional.affine_grid(matrix, [count, 3, side, side], align_corners=False)
    shown = functional.grid_sample(
        pixels.float(), grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
    return _blur_some(_in_other_light(shown))


def _in_other_light(shown: torch.Tensor) -> torch.Tensor:
    count, device = len(shown), shown.device

    def factor(spread: float) -> torch.Tensor:
        return torch.exp((torch.rand(count, 1, 1, 1, device=device) * 2 - 1) * spread)

    grey = shown.mean(1, keepdim=True)
    saturation = factor(0.5)
    saturation[torch.rand(count, device=device) < _GREY] = 0
    shown = grey + (shown - grey) * saturation
    middle = shown.mean((1, 2, 3), keepdim=True)
    shown = middle + (shown - middle) * factor(0.4)
    tint = torch.exp((torch.rand(count, 3, 1, 1, device=device) * 2 - 1) * 0.12)
    return (shown * factor(0.35) * tint).clamp(0, 255)


def _blur_some(shown: torch.Tensor) -> torch.Tensor:
    """Blur some of the pictures: real ones are sometimes small pictures that were enlarged."""
    blurred = torch.rand(len(shown), device=shown.device) < _BLURRED
    if blurred.any():
        side = shown.shape[-1]
        small = functional.interpolate(shown[blurred], size=int(side * 0.5), mode="area")
        shown[blurred] = functional.interpolate(small, size=side, mode="bilinear", align_corners=False)
    return shown
