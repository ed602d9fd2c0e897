"""The house: packages stand in an order, and what each may touch is stated here."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import goodterms
from goodterms import decision

ROOT = Path(goodterms.__file__).parent

#: The packages from the ground up: each imports only from those above its line, and
#: from itself. Those of one line know nothing of each other.
ORDER = (
    "model",
    "schemas yaml conditions decision",
    "load render",
    "views",
    "git workspace",
    "provenance importers channels",
    "forge init",
    "doctor run demo",
    "api",
    "cli",
)

#: The same within the decision, and within the forge.
ORDER_OF_DECISION = (
    "state",
    "proposals",
    "standing",
    "due",
    "proposal_effects",
    "messages",
    "approval",
    "outcome",
    "plan",
)

#: These are pure: values in, values out; they touch nothing outside.
PURE = ["model", "schemas", "yaml", "conditions", "decision", "load", "render", "views"]

#: Modules of the standard library that reach outside.
OUTSIDE = {"os", "pathlib", "subprocess", "logging", "time", "random", "shutil"}
OUTSIDE |= {"tempfile", "socket", "io", "glob", "signal", "secrets", "fcntl"}

#: Third-party packages and the packages of ours that may use them.
LIBRARIES = {
    "yaml": {"yaml"},
    "jsonschema": {"load"},
    "jinja2": {"render", "conditions"},
    "babel": {"render", "importers"},
    "anyascii": {"importers"},
    "markdown_it": {"render"},
    "stdnum": {"load", "importers"},
    "holidays": {"workspace"},
    "filelock": {"git"},
    "click": {"cli"},
    "requests": {"forge"},
}

MOST_LINES_OF_A_MODULE = 450
MOST_LINES_OF_A_FUNCTION = 40

FILES = sorted(ROOT.rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def module(path: Path) -> str:
    """Return the name that a file is imported by, ``goodterms.model.money``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("goodterms", *(part for part in parts if part != "__init__")))


MODULES = {module(path): path for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in MODULES else node.module


def called(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=FILES, ids=called)
def path(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def places(order: Iterable[str]) -> dict[str, int]:
    return {name: at for at, line in enumerate(order) for name in line.split()}


def out_of_order(path: Path, order: Iterable[str], prefix: str) -> set[str]:
    """Name the packages that a file imports from its own line or from below it."""
    place = places(order)
    own = module(path).removeprefix(prefix).split(".")[0]
    used = {
        name.removeprefix(prefix).split(".")[0]
        for name in imported(path)
        if name.startswith(prefix)
    }
    known = {name for name in used - {own} if name in place}
    return {name for name in known if place[name] >= place[own]}


def test_every_package_has_its_place() -> None:
    names = {package(path) for path in FILES} - {"__init__", "__main__"}
    assert names == set(places(ORDER)), "enter it in ORDER"


def test_no_package_looks_up_or_sideways(path: Path) -> None:
    if package(path) not in {"__init__", "__main__"}:
        assert out_of_order(path, ORDER, "goodterms.") == set()


def test_the_decision_goes_one_way() -> None:
    prefix = "goodterms.decision."
    files = [path for path in FILES if module(path).startswith(prefix)]
    names = {module(path).removeprefix(prefix).split(".")[0] for path in files}
    assert names == set(places(ORDER_OF_DECISION)), "enter it in ORDER_OF_DECISION"
    wrong = {
        module(path): out_of_order(path, ORDER_OF_DECISION, prefix) for path in files
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_decision_is_used_through_its_face(path: Path) -> None:
    inner = {each for each in imported(path) if each.startswith("goodterms.decision.")}
    assert package(path) == "decision" or inner == set()


def test_every_name_of_the_decision_can_be_imported() -> None:
    """And is used: what nobody outside needs stays inside."""
    for name in decision.__all__:
        assert getattr(decision, name)
    used = {
        name.name
        for path in FILES
        if package(path) != "decision"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "goodterms.decision"
        for name in node.names
    }
    assert used == set(decision.__all__)


def test_reading_the_face_of_the_decision_imports_nothing_of_it() -> None:
    code = (
        "import sys, goodterms.decision;"
        "print(*(name for name in sys.modules if 'goodterms.decision.' in name))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout == "\n"


def test_no_modules_import_each_other() -> None:
    graph = {
        name: {each for each in imported(path) if each in MODULES} - {name}
        for name, path in MODULES.items()
    }
    assert circles(graph) == []


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Find the strongly connected components of more than one node (Kosaraju)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        _finish(start, graph, seen, order)
    back: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            back[target].add(name)
    seen, found = set(), []
    for start in reversed(order):
        component: list[str] = []
        _finish(start, back, seen, component)
        found += [set(component)] if len(component) > 1 else []
    return found


def _finish(
    start: str, graph: Mapping[str, set[str]], seen: set[str], order: list[str]
) -> None:
    """Append what can be reached from *start* and was not seen, deepest first."""
    if start not in seen:
        seen.add(start)
        for target in sorted(graph[start]):
            _finish(target, graph, seen, order)
        order.append(start)


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}
    assert circles(graph) == [{"a", "b", "c"}]


def test_class_names_are_unique() -> None:
    """One name stands for one thing, wherever it is read."""
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(module(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_the_pure_packages_touch_nothing_outside(path: Path) -> None:
    if package(path) not in PURE:
        return
    found = {name.split(".")[0] for name in imported(path)}
    opened = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert found & OUTSIDE == set()
    assert opened & {"open", "print", "input"} == set()


def test_libraries_stay_in_their_packages(path: Path) -> None:
    found = {name.split(".")[0] for name in imported(path)} & set(LIBRARIES)
    allowed = {name for name in found if package(path) in LIBRARIES[name]}
    assert found - allowed == set()


def test_one_function_reads_the_clock(path: Path) -> None:
    asks = {
        (path.name, node.name)
        for node in ast.walk(tree(path))
        if isinstance(node, Function) and _asks_the_time(node)
    }
    assert asks <= {("environment.py", "machine_clock")}
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


def test_the_guide_for_contributors_names_every_package() -> None:
    guide = (ROOT.resolve().parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"\| package \|.*?(?=\n\n)", guide, re.DOTALL)
    rows = [
        re.findall(r"`(\w+)/`", row.split("|")[1]) for row in table.splitlines()[2:]
    ]
    assert [set(row) for row in rows] == [set(line.split()) for line in ORDER]
