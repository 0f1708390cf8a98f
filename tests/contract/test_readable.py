"""The style of the house, as far as a program can see it: what ruff has no rule for. See docs/decisions/0023."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.test_house import CODE, lines_of, named

PYTHON = [path for path in CODE if path.suffix == ".py"]
PACKED = 3  # things on one line, from which on they must be alike
TABLE_MARK = re.compile(r"# fmt: skip\b")
# Of pipelines.ground all modules are small and public.
WITHOUT_DOOR = {"pipelines", "pipelines/cli", "pipelines/ground", "dashboard"}


def kind_of(node: ast.expr) -> str:
    """What sort of thing an expression is: of a call the name of what is called, else the form of the expression."""
    if isinstance(node, ast.Starred):
        return kind_of(node.value)
    if not isinstance(node, ast.Call):
        return type(node).__name__
    called = node.func
    return f"call {called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)}"


def packed_assignments(tree: ast.Module) -> Iterator[int]:
    """Lines on which three or more unlike things are assigned at once."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)):
            continue
        sides = [*node.targets, node.value]
        is_packed = all(isinstance(side, ast.Tuple) and len(side.elts) >= PACKED for side in sides)
        if is_packed and len({kind_of(element) for element in node.value.elts}) > 1:
            yield node.lineno


def is_data(node: ast.expr) -> bool:
    """Whether an expression is written out, not worked out: constants, names, and displays of these."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute():
            return is_data(node.value)
        case ast.UnaryOp():
            return is_data(node.operand)
        case ast.BinOp():
            return is_data(node.left) and is_data(node.right)
        case ast.Starred():
            return is_data(node.value)
        case ast.Tuple() | ast.List() | ast.Set():
            return all(map(is_data, node.elts))
        case ast.Dict():
            return all(is_data(part) for part in (*node.keys, *node.values) if part is not None)
        case ast.Call():  # one row of a table, made by the class of the row
            return all(map(is_data, (*node.args, *(word.value for word in node.keywords))))
        case _:
            return False


def is_table(statement: ast.stmt) -> bool:
    """Whether a statement gives a table: rows written out in a display, or a call with a `key=value` line per column.

    The rows hold data (see is_data). A call counts only when everything in it has a name.
    """
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call):
        return bool(value.keywords) and not value.args and is_data(value)
    return isinstance(value, (ast.Tuple, ast.List, ast.Set, ast.Dict)) and is_data(value)


def skipped_without_table(path: Path) -> Iterator[int]:
    """Lines with `fmt: skip` whose statement is no table."""
    marked = {number for number, line in enumerate(lines_of(path), 1) if TABLE_MARK.search(line)}
    if not marked:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tables = {node.end_lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and is_table(node)}
    yield from sorted(marked - tables)


def test_no_line_assigns_three_or_more_unlike_things() -> None:
    """`a, b, c = x(), [], ""` hides three thoughts in one line.

    Unlike: the right side is written as a tuple whose elements are of different sorts; see kind_of. Taking the result
    of one call or iterable apart is fine, and so are three of a sort (`low, high, step = 0, 1, 2`).
    """
    lines = [f"{named(path)}:{line}" for path in PYTHON for line in packed_assignments(ast.parse(path.read_text()))]
    assert lines == []


def test_only_tables_are_kept_from_the_formatter() -> None:
    """See is_table for what a table is. `fmt: off` is for nobody."""
    lines = [f"{named(path)}:{line}" for path in PYTHON for line in skipped_without_table(path)]
    lines += [f"{named(path)}: fmt: off" for path in PYTHON if "# fmt: off" in path.read_text(encoding="utf-8")]
    assert lines == []


PACKAGES = [path.parent for path in PYTHON if path.name == "__init__.py" and not named(path).startswith("desk/")]
DOORS = [package for package in PACKAGES if named(package) not in WITHOUT_DOOR]


@pytest.mark.parametrize("package", DOORS, ids=named)
def test_every_package_has_a_door_that_says_in_a_sentence_what_each_name_is_for(package: Path) -> None:
    """`name: sentence` or `name, name: sentence` in the docstring, for every name of `__all__`."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    explained = re.findall(r"(?:^|\. )\s*([\w, ]+): \S", ast.get_docstring(tree) or "", re.MULTILINE)
    names = [name.strip() for line in explained for name in line.split(",")]
    assert listed, f"{named(package)} lists nothing in __all__"
    assert set(listed[0]) - set(names) == set()


@pytest.mark.parametrize(
    ("code", "is_packed"),
    [
        ("a, b, c = x(), [], ''", True),
        ("a, b, c = x(), y(), z()", True),
        ("a, b, c = x(1), x(2), x(3)", False),
        ("a, b, c = p.read(), q.read(), r.read()", False),
        ("a, b, c = x()", False),
        ("a, b = x(), []", False),
        ("a, b, c = 1, 2, 3", False),
        ("a, b, c = 1, 2, n", True),
    ],
)
def test_what_counts_as_packed(code: str, is_packed: bool) -> None:
    assert list(packed_assignments(ast.parse(code))) == ([1] if is_packed else [])


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("rows = [('a', 1), ('b', 2)]", True),
        ("rows = [Row('a', 1), Row('b', 2)]", True),
        ("shown = Row(name='a', width=2 * k)", True),
        ("shown = Row('a', width=2)", False),
        ("rows = [work(x) if x else y for x in z]", False),
        ("def f(): pass", False),
    ],
)
def test_what_counts_as_a_table(code: str, is_one: bool) -> None:
    assert is_table(ast.parse(code).body[0]) is is_one
