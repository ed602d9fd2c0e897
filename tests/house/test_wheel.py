"""The engine that a user's repository installs: these very bytes, or nothing."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from goodterms import __version__
from goodterms.init import github_files
from goodterms.workspace.wheel import BuiltWheel, own_wheel

ROOT = Path(__file__).parents[2]
INFO = f"goodterms-{__version__}.dist-info"
#: What says who packed it, and so differs.
OF_THE_PACKER = {f"{INFO}/WHEEL", f"{INFO}/RECORD"}


def pip(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run pip, offline."""
    offline = ("--no-index", "--disable-pip-version-check", "--quiet")
    command = [sys.executable, "-m", "pip", args[0], *offline, *args[1:]]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def contents(file: Path) -> dict[str, bytes]:
    """Read a wheel; the README that its metadata ends with is as old as the install."""
    with zipfile.ZipFile(file) as packed:
        found = {
            name: packed.read(name)
            for name in packed.namelist()
            if name not in OF_THE_PACKER and not name.endswith("/")
        }
    metadata = f"{INFO}/METADATA"
    return {**found, metadata: found[metadata].partition(b"\n\n")[0]}


@pytest.fixture(scope="module")
def wheel() -> BuiltWheel:
    return own_wheel()


def test_it_holds_what_the_build_makes(wheel: BuiltWheel, tmp_path: Path) -> None:
    """The same as the project's own build, in a checkout and installed."""
    made = pip("wheel", "--no-deps", "--no-build-isolation", str(ROOT), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    built = contents(tmp_path / wheel.name)
    own = tmp_path / "own.whl"
    own.write_bytes(wheel.data)
    assert contents(own).keys() == built.keys()
    assert {
        name for name, data in contents(own).items() if data != built[name]
    } == set()

    place = tmp_path / "installed"
    args = ("--no-deps", "--target", str(place), str(tmp_path / wheel.name))
    assert pip("install", *args, cwd=tmp_path).returncode == 0
    again = "from goodterms.workspace.wheel import own_wheel as w; import sys"
    printed = subprocess.run(
        [sys.executable, "-c", f"{again}; sys.stdout.buffer.write(w().data)"],
        cwd=place,
        env={"PYTHONPATH": str(place)},
        capture_output=True,
        check=True,
    ).stdout
    own.write_bytes(printed)
    assert contents(own) == built


def test_equal_content_gives_equal_bytes(wheel: BuiltWheel) -> None:
    assert own_wheel() == wheel


def test_a_changed_wheel_is_not_installed(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    files = github_files(folder)
    place = ".github/actions/goodterms/"
    for name, data in files.items():
        if name.startswith(place):
            (folder / name.removeprefix(place)).write_bytes(data)
    line = (folder / "engine.txt").read_text()
    name = line.split()[0]
    args = ("--no-deps", "--target", str(tmp_path / "there"), "-r", "engine.txt")

    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole.replace(b"__version__", b"__Version__") + b"\0")
    refused = pip("install", *args, cwd=folder)
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "there").exists()

    (folder / name).write_bytes(whole)
    assert pip("install", *args, cwd=folder).returncode == 0
    told = subprocess.run(
        [sys.executable, "-m", "goodterms", "--version"],
        cwd=tmp_path / "there",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told == f"goodterms, version {__version__}\n"
