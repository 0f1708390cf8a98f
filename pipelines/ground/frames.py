"""Frames: dataframely, by which a table says what it holds and refuses what does not fit.

It loads sqlalchemy wherever that is installed, for databases that are not ours and at the cost of a fifth of a second;
so while it comes in, sqlalchemy is not there. The dashboard's agreements have the real one.
"""

from __future__ import annotations

import sys
from typing import Any

OTHERS = "sqlalchemy"
modules: dict[str, Any] = sys.modules
is_here = OTHERS in modules
if not is_here:
    modules[OTHERS] = None  # Python's own word for a module that cannot be loaded
try:
    import dataframely as dy
finally:
    if not is_here:
        del modules[OTHERS]

__all__ = ["dy"]
