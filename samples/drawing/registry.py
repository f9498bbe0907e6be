"""Which pictures there are: scene functions put themselves on the list by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL.Image import Image

from drawing.canvas import Canvas

Scene = Callable[[Canvas, Random], None]

PICTURES: dict[str, Scene] = {}


def picture(name: str) -> Callable[[Scene], Scene]:
    """Put a scene on the list under a file name, whose ending decides the format."""

    def register(scene: Scene) -> Scene:
        if name in PICTURES:
            raise ValueError(f"two pictures are named {name}: {PICTURES[name].__name__}, {scene.__name__}")
        PICTURES[name] = scene
        return scene

    return register


def render(name: str) -> Image:
    """Draw one picture. The seed is its name, so that adding a picture changes no other."""
    canvas = Canvas()
    PICTURES[name](canvas, Random(name))
    return canvas.finished()
