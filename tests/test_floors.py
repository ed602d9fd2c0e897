"""The house: nothing looks upwards, and every floor touches only what it may."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import engine
import engine.decision

ROOT = Path(engine.__file__).parent

#: Which room is on which floor; a new one is entered here.
FLOORS = {
    0: """__init__ action days journal mailbox model money problem records refusal
        settings terms""",
    1: "decision",
    2: """checking explain expressions forms load page plan_json plan_sums plan_text
        plan_words render sandbox schemas tasks terminal text""",
    3: """allocating channels checkup files forge importers intake naming national
        planning provenance recording repo shipped wheel workspace""",
    4: "__main__ cli demo running starting",
}

#: Modules of the standard library that reach outside, by the floors they are for.
OUTSIDE = {"os", "pathlib", "subprocess", "logging", "time", "random", "shutil"}
OUTSIDE |= {"tempfile", "socket", "io", "glob", "signal", "secrets", "fcntl"}

#: Third-party packages and the rooms that may use them.
ROOMS = {
    "yaml": {"text"},
    "jsonschema": {"load"},
    "jinja2": {"render", "sandbox", "expressions"},
    "babel": {"render", "importers"},
    "anyascii": {"importers"},
    "markdown_it": {"render"},
    "stdnum": {"load", "importers"},
    "holidays": {"national"},
    "click": {"cli"},
    "github": {"forge"},
    "requests": {"forge"},
}

MOST_LINES_OF_A_MODULE = 450
MOST_LINES_OF_A_FUNCTION = 40

FILES = sorted(ROOT.rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def floor(name: str) -> int | None:
    return next((at for at, names in FLOORS.items() if name in names.split()), None)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "engine":
            yield from (f"engine.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def called(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=FILES, ids=called)
def path(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_every_room_has_a_floor() -> None:
    homeless = {room(path) for path in FILES if floor(room(path)) is None}
    assert homeless == set(), "enter it in FLOORS"


def test_nothing_looks_upwards(path: Path) -> None:
    here = floor(room(path))
    names = [name.split(".") for name in imported(path)]
    ours = {parts[1] for parts in names if parts[0] == "engine" and len(parts) > 1}
    above = {name for name in ours if (floor(name) or 0) > (here or 0)}
    assert above - {"__version__"} == set()


def test_the_lower_floors_touch_nothing_outside(path: Path) -> None:
    if (floor(room(path)) or 0) > 2:
        return
    found = {name.split(".")[0] for name in imported(path)}
    opened = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert found & OUTSIDE == set()
    assert opened & {"open", "print", "input"} == set()


def test_packages_stay_in_their_rooms(path: Path) -> None:
    found = {name.split(".")[0] for name in imported(path)} & set(ROOMS)
    if floor(room(path)) in (0, 1):
        assert found == set()
    assert {package for package in found if room(path) not in ROOMS[package]} == set()


def test_one_function_reads_the_clock(path: Path) -> None:
    asks = {
        (path.name, node.name)
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and _asks_the_time(node)
    }
    assert asks <= {("place.py", "machine_clock")}
    assert asks or not _asks_the_time(tree(path))


def _asks_the_time(node: ast.AST) -> bool:
    """Whether it reads a clock; one that only measures how long is none."""
    clocks = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime"}
    return any(
        isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Name)
        and each.value.id in {"date", "datetime", "time", "_time"}
        and each.attr in clocks
        for each in ast.walk(node)
    )


def test_modules_are_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES_OF_A_MODULE


def test_functions_are_small(path: Path) -> None:
    long = {
        node.name: length
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
        and (length := _length(node)) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def _length(function: Function) -> int:
    """Count the lines of a function without its docstring."""
    first = function.body[0]
    docstring = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    spoken = (first.end_lineno or 0) - first.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - spoken


def test_the_median_function_is_short() -> None:
    lengths = sorted(
        _length(node)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
    )
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 20


def test_the_decision_reads_in_the_order_that_it_names() -> None:
    """Each module stands in one line, and needs only those above it and its own."""
    lines = (engine.decision.__doc__ or "").split("\n- ")[1:]
    listed = [(name, at) for at, line in enumerate(lines) for name in named(line)]
    place = dict(listed)
    modules = {path.stem: path for path in FILES if path.parent.name == "decision"}
    assert sorted(name for name, _ in listed) == sorted(modules.keys() - {"__init__"})
    for name, at in place.items():
        needs = (n.split(".") for n in imported(modules[name]))
        mine = {parts[2] for parts in needs if parts[:2] == ["engine", "decision"]}
        assert {each for each in mine if place[each] > at} == set(), name


def named(line: str) -> list[str]:
    """Return the modules of a line of the map: those before its colons."""
    heads = re.findall(r"((?:``\w+``,?\s*)+):", line)
    return [name for head in heads for name in re.findall(r"``(\w+)``", head)]


def test_the_guide_for_contributors_names_every_room() -> None:
    guide = (ROOT.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"\| floor \|.*?\n\n", guide, re.DOTALL)
    for at, names in FLOORS.items():
        (row,) = re.findall(rf"^\| {at} .*$", table, re.MULTILINE)
        told = set(re.findall(r"`(\w+)(?:/|\.py)`", row))
        assert told == {n for n in names.split() if not n.startswith("__")}, at
