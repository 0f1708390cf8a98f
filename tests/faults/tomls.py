"""TOML that goes wrong: a writer for any tree, arbitrary trees, and real files with one thing changed."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
ODD = st.sampled_from(["", " ", "*", "|", "%", "\x00", "ж" * 300, "{x}", "..", "nan", "\u202e", "a\nb", "#", "\\", "'"])
LEAVES = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-3, 12)
    | st.floats()
    | st.text(max_size=12)
    | ODD
    | DAYS
    | st.datetimes()
)
VALUES = st.recursive(
    LEAVES,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=6,
)


TREES = st.dictionaries(
    st.text(max_size=8) | st.sampled_from(["policy", "scale", "item", "attribute", "word", "support_places", "roles"]),
    VALUES,
    max_size=4,
)


def written(tree: Tree) -> str:
    """A tree as TOML, every table in one line."""
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in tree.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)} = {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):  # a datetime too
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").encode("utf-8", "replace").decode()


def places(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that stands in a tree."""
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in pairs:
        yield (*way, key)
        yield from places(value, (*way, key))


def _at(tree: Tree, way: tuple[Any, ...]) -> Any:
    for key in way:
        tree = tree[key]
    return tree


def harmed(files: dict[str, Tree]) -> st.SearchStrategy[tuple[str, Tree]]:
    """A file with one or two things taken out, replaced, doubled, moved, or named otherwise."""

    @st.composite
    def one(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, Tree]:
        name = draw(st.sampled_from(sorted(files)))
        tree = copy.deepcopy(files[name])
        for _ in range(draw(st.integers(1, 2))):
            ways = list(places(tree))
            if not ways:
                break
            *above, key = draw(st.sampled_from(ways))
            holder = _at(tree, tuple(above))
            match draw(st.sampled_from(["drop", "value", "kin", "double", "name", "add"])):
                case "drop":
                    del holder[key]
                case "value":
                    holder[key] = draw(VALUES)
                case "kin":  # a value of the right kind from somewhere else
                    near = [value for value in (_at(tree, way) for way in ways) if type(value) is type(holder[key])]
                    holder[key] = copy.deepcopy(draw(st.sampled_from(near)))
                case "double" if isinstance(holder, list):
                    holder.append(copy.deepcopy(holder[key]))
                case "name" if isinstance(holder, dict):
                    holder[draw(st.text(max_size=8) | ODD)] = holder.pop(key)
                case "add" if isinstance(holder, dict):
                    holder[draw(st.text(max_size=8))] = draw(VALUES)
        return name, tree

    return one()
