"""Something that holds data which a text says, too: the data can be let go, and are read again if somebody asks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any


class Held:
    """What has `data`, and may have them again."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _can_read(self) -> bool:
            """Whether the data can be had again, without much work."""

        def _read(self) -> Any:
            """The data, from the text."""

    @property
    def is_held(self) -> bool:
        """Whether the data are here."""
        try:
            object.__getattribute__(self, "data")
        except AttributeError:
            return False
        return True

    def let_go(self) -> None:
        """Hold the data no longer, if they can be had again."""
        if self._can_read():
            with suppress(AttributeError):  # let go already
                object.__delattr__(self, "data")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The data, where they were let go."""
            if name != "data" or not self._can_read():
                raise AttributeError(f"{type(self).__name__} has no `{name}`")
            data = self._read()
            object.__setattr__(self, "data", data)
            return data
