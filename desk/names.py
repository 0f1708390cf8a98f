"""Groups, levels and tables as the screen calls them; what has no label is shown as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desk.page import Page

COARSE = "_coarse"  # how the code of a dimension ends in its coarse form
MERGED = " + "  # between levels that are told as one


class Names:
    """Groups, levels and tables as the screen calls them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.labels = page.choices.labels()

    def group(self, group: str) -> str:
        """A dimension, whether in its fine or its coarse form."""
        code = group.removesuffix(COARSE)
        return self.labels.get((code, ""), code)

    def level(self, group: str, level: str) -> str:
        """A level; merged levels one by one."""
        code = group.removesuffix(COARSE)
        return MERGED.join(self.labels.get((code, part), part) for part in level.split(MERGED))

    def table(self, table: str) -> str:
        """A table by the dimensions it crosses."""
        return self.page.say("plan.total") if table == "total" else " × ".join(map(self.group, table.split("+")))

    def levels(self, row: Mapping[str, Any]) -> str:
        """The levels of a cell."""
        dimensions = [(row[f"dim_{way}"], row[f"level_{way}"]) for way in (1, 2) if row[f"dim_{way}"]]
        return ", ".join(self.level(group, level) for group, level in dimensions) or "–"
