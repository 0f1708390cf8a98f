"""Later: a room that is loaded when something is first asked of it, for a command that may never come there."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module by its name; threads that ask at once wait for one import, as for any other."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """What the module has of that name."""
        return getattr(import_module(self._name), name)
