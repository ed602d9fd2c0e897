"""Time a cold plan beside what it cannot beat and what it must: ``-m benchmarks.run``.

For every size, in turns and in one run: reading the bytes of the ledger, PyYAML's
``CSafeLoader`` over the same files, and ``goodterms plan`` on one process and on
two. Each is a process of its own, Python's start included, the page cache warm.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.baseline import files

#: The day whose plan is made.
TODAY = "2026-11-20"

_COLUMNS = (
    "invoices",
    "files",
    "MB",
    "task",
    "wall s",
    "CPU s",
    "peak MB",
    "CSafeLoader ÷ it, wall / CPU",
    "growth",
)
_TASKS = ("read the bytes", "CSafeLoader", "plan, 1 process", "plan, 2 processes")
_BASELINE = "CSafeLoader"

#: Python keeps what it has compiled, as it does wherever a program is installed.
_ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name != "PYTHONDONTWRITEBYTECODE"
}
_LEDGERS = Path(tempfile.gettempdir()) / "goodterms-ledgers"
_BASELINES = Path(__file__).with_name("baseline.py")

#: From so many invoices on the baseline, which is slow and steady, runs once.
_LARGE = 100_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: seconds, MB of its largest process, digest of output."""

    wall: float
    cpu: float
    peak: float
    output: str


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--where", type=Path, default=_LEDGERS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    roots = [_ledger(given.where.resolve(), size) for size in sizes]
    print("\n".join(_table(sizes, roots, given.runs)))


def _ledger(where: Path, size: int) -> Path:
    root = where / str(size)
    if not root.exists():
        print(f"writing {size:,} invoices to {root}", file=sys.stderr)
        made = [sys.executable, "-m", "benchmarks.generate", f"{root}"]
        made += ["--invoices", f"{size}", "--today", TODAY]
        subprocess.run(made, check=True, stdout=sys.stderr)
    return root


def _table(sizes: Sequence[int], roots: Sequence[Path], runs: int) -> Iterator[str]:
    yield f"{_machine()}. Medians of {runs}.\n"
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    before: dict[str, float] = {}
    for size, root in zip(sizes, roots, strict=True):
        costs = _measured(size, root, runs)
        sizes_of_files = [Path(path).stat().st_size for path in files(f"{root}")]
        megabytes = sum(sizes_of_files) / 1e6
        head = f"| {size:,} | {len(sizes_of_files):,} | {megabytes:.1f} "
        for task, cost in costs.items():
            base = costs[_BASELINE]
            faster = f"{base.wall / cost.wall:.1f} / {base.cpu / cost.cpu:.1f}"
            growth = f"{cost.wall / before[task]:.1f}" if task in before else ""
            yield (
                f"{head}| {task} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f}"
                f" | {faster} | {growth} |"
            )
            before[task], head = cost.wall, "| | | "


def _measured(size: int, root: Path, runs: int) -> dict[str, Cost]:
    """Run the tasks in turns; the first round only warms the page cache."""
    _timed(_TASKS[0], root)
    costs: dict[str, list[Cost]] = {task: [] for task in _TASKS}
    for turn in range(runs):
        for task in _TASKS:
            if turn == 0 or task != _BASELINE or size < _LARGE:
                print(f"{size:,}: {task}, run {turn + 1}", file=sys.stderr)
                costs[task].append(_timed(task, root))
    plans = {cost.output for task in _TASKS[2:] for cost in costs[task]}
    if len(plans) > 1:
        raise SystemExit("the plans differ")
    return {task: _middle(taken) for task, taken in costs.items()}


def _middle(taken: Sequence[Cost]) -> Cost:
    return Cost(
        wall=median(cost.wall for cost in taken),
        cpu=median(cost.cpu for cost in taken),
        peak=median(cost.peak for cost in taken),
        output=taken[0].output,
    )


def _timed(task: str, root: Path) -> Cost:
    began = time.perf_counter()
    command = _command(task, root)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=_ENVIRONMENT)
    output = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{task} ended with exit code {process.returncode}")
    peak = used.ru_maxrss / 1024
    return Cost(wall, used.ru_utime + used.ru_stime, peak, sha256(output).hexdigest())


def _command(task: str, root: Path) -> list[str]:
    if not task.startswith("plan"):
        return [sys.executable, f"{_BASELINES}", task.rpartition(" ")[2], f"{root}"]
    plan = [
        "plan",
        "--as-of",
        TODAY,
        "--format",
        "json",
        "--jobs",
        task.split()[1],
    ]
    return [sys.executable, "-m", "engine", "--root", f"{root}", *plan]


def _machine() -> str:
    versions = f"Python {platform.python_version()}, PyYAML {version('PyYAML')}"
    return f"{os.cpu_count()} processors ({platform.machine()}), {versions}"


if __name__ == "__main__":
    main()
