"""What travels with the command: the demo story, policies and templates."""

from collections.abc import Iterator
from pathlib import Path


def shipped_root() -> Path:
    """Return the folder that holds the shipped goodterms.yaml, ledger and policies.

    Beside the package in a checkout, inside it when it was installed.
    """
    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parents[1]


def shipped_files(*folders: str) -> Iterator[tuple[str, bytes]]:
    """List (path, content) of the shipped files under these folders, in order."""
    root = shipped_root()
    for folder in folders:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file():
                yield file.relative_to(root).as_posix(), file.read_bytes()
