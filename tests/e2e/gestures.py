"""Gestures that Playwright does not offer: dropping and pasting a file."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def drop(page: Page, event: str, content: bytes, name: str, media_type: str) -> None:
    """Send the page the event of a dragged, dropped or pasted file, as the browser would."""
    page.evaluate(
        """([event, content, name, type]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, {type}));
            const gesture = event === "paste"
                ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
                : new DragEvent(event, {dataTransfer: data, bubbles: true, cancelable: true});
            document.body.dispatchEvent(gesture);
        }""",
        [event, base64.b64encode(content).decode(), name, media_type],
    )
