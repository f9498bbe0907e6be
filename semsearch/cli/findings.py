"""What the commands do that show a finding about the whole library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from semsearch.cli.terminal import settings_now

if TYPE_CHECKING:
    from semsearch.explore.kept_view import KeptView
    from semsearch.store.store import Store

View = TypeVar("View", bound="KeptView[Any]")


def opened(view_of: Callable[[Store], View], *, again: bool) -> View:
    """A view of a finding. `again` makes the finding first, alone in the library."""
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    settings = settings_now()
    store = Store.open(settings, Role.WORKER if again else Role.WEB)
    view = view_of(store)
    if again:
        with store.lease.alone(settings.home):
            view.again()
    return view
