"""What travels with the command: the story, policies, templates, workflows, manual."""

from collections.abc import Iterator
from pathlib import Path

#: All of it, as paths below the folder that holds it.
SHIPPED = (
    "goodterms.yaml",
    "ledger",
    "policies",
    "templates",
    "docs",
    ".github/ISSUE_TEMPLATE",
    ".github/actions",
    *(f".github/workflows/{name}.yml" for name in ("check", "record", "run")),
)

#: How the paths of the pages for contributors begin.
_UNSHIPPED = ("docs/architecture", "docs/extending")


def shipped_root() -> Path:
    """Return the folder that holds the shipped goodterms.yaml, ledger and policies.

    Beside the package in a checkout, inside it when it was installed.
    """
    package = Path(__file__).resolve().parents[1]
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parent


def shipped_files(*names: str) -> Iterator[tuple[str, bytes]]:
    """List (path, content) of shipped files, and of those under folders, in order.

    Pictures of the manual and the pages for contributors, which lie beside its pages
    in a checkout, are not shipped.
    """
    root = shipped_root()
    for name in names:
        for file in [root / name, *sorted((root / name).rglob("*"))]:
            path = file.relative_to(root).as_posix()
            shipped = file.suffix != ".png" and not path.startswith(_UNSHIPPED)
            if shipped and file.is_file():
                yield path, file.read_bytes()
