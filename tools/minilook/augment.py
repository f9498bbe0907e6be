"""Show squares at random without changing their meaning: a part, in another light, a batch at a time."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from tools.minilook.squares import MARGIN

TEACHER_SIDE = 224

_WHOLE = 0.15  # the share of views that show the whole picture
_SMALLEST_PART = 0.25  # the area of the smallest part, as a share of the picture's
_FLATTEST = 4 / 3  # the largest ratio of a part's sides
_COLOURED = 0.4  # the share of drawings on coloured paper; the others lie on white
_GREY = 0.08  # the share of views without colours
_BLURRED = 0.2  # the share of blurred views
_TURN = 0.06  # radians: the standard deviation of the rotation


def views(squares: torch.Tensor) -> torch.Tensor:
    """Cut a part out of each square, perhaps mirrored, and turned a little.

    Takes uint8 of shape (n, s, s, 4), and returns floats from 0 to 255, (n, 3, TEACHER_SIDE, TEACHER_SIDE).
    """
    count, device = len(squares), squares.device

    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, device=device)

    area = uniform(_SMALLEST_PART, 1)
    area[torch.rand(count, device=device) < _WHOLE] = 1
    ratio = torch.exp(uniform(-1, 1) * math.log(_FLATTEST)) ** (area < 1).float()
    wide, high = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    across, down = uniform(-1, 1) * (1 - wide), uniform(-1, 1) * (1 - high)
    mirror = (torch.rand(count, device=device) < 0.5).float() * -2 + 1
    turn = torch.randn(count, device=device) * _TURN
    cosine, sine = turn.cos(), turn.sin()
    rows = [
        torch.stack([cosine * wide * mirror, -sine * high, across], 1),
        torch.stack([sine * wide * mirror, cosine * high, down], 1),
    ]
    grid = functional.affine_grid(
        torch.stack(rows, 1), [count, 3, TEACHER_SIDE, TEACHER_SIDE], align_corners=False
    )
    return functional.grid_sample(
        _on_paper(squares), grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )


def plain(squares: torch.Tensor) -> torch.Tensor:
    """The whole of each square, as the model sees it in use: drawings without margin, on white."""
    drawn = (squares[..., 3] < 255).flatten(1).any(1)
    side = torch.where(drawn, 1 / (1 + 2 * MARGIN), 1.0)
    zero = torch.zeros_like(side)
    rows = [torch.stack([side, zero, zero], 1), torch.stack([zero, side, zero], 1)]
    size = [len(squares), 3, TEACHER_SIDE, TEACHER_SIDE]
    grid = functional.affine_grid(torch.stack(rows, 1), size, align_corners=False)
    white = torch.full((len(squares), 3, 1, 1), 255.0, device=squares.device)
    return functional.grid_sample(_on(squares, white), grid, align_corners=False, padding_mode="reflection")


def in_other_light(shown: torch.Tensor, side: int) -> torch.Tensor:
    """The views with `side` pixels a side, in other light and colours. Some are blurred."""
    small = functional.interpolate(shown, size=side, mode="bilinear", antialias=True)
    return _blur_some(_in_other_light(small))


def _on_paper(squares: torch.Tensor) -> torch.Tensor:
    count, device = len(squares), squares.device
    paper = torch.randint(120, 256, (count, 3, 1, 1), device=device).float()
    paper[torch.rand(count, device=device) >= _COLOURED] = 255
    return _on(squares, paper)


def _on(squares: torch.Tensor, paper: torch.Tensor) -> torch.Tensor:
    layers = squares.permute(0, 3, 1, 2).float()
    cover = layers[:, 3:] / 255
    return layers[:, :3] * cover + paper * (1 - cover)


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
    side = shown.shape[-1]
    small = functional.interpolate(shown, size=side // 2, mode="area")
    enlarged = functional.interpolate(small, size=side, mode="bilinear", align_corners=False)
    return torch.where(blurred[:, None, None, None], enlarged, shown)
