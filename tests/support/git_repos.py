"""Real git repositories for tests."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_WHO = ("AUTHOR", "COMMITTER")


def sh(where: Path, *args: str) -> str:
    """Run git there and return what it says."""
    done = subprocess.run(
        ["git", *args], cwd=where, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def commit(root: Path, files: Mapping[str, str], message: str = "Change") -> str:
    """Write and commit files, as a person would."""
    write(root, files)
    sh(root, "add", "-A")
    sh(root, "commit", "-q", "-m", message)
    return sh(root, "rev-parse", "HEAD")


def as_engine(
    root: Path, files: Mapping[str, str], message: str, *, amend: bool = False
) -> str:
    """Commit files under the engine's name, as anybody who can push might.

    *amend* forges the last commit, whose message stays, and lets the repository
    forget what it was.
    """
    if amend:
        sh(root, "update-ref", "-d", "refs/goodterms/written")
    write(root, files)
    sh(root, "add", "-A")
    engine = ("-c", "user.name=Good Terms", "-c", "user.email=engine@linden.example")
    how = ["--amend", "--reset-author", "--no-edit"] if amend else ["-m", message]
    names = [f"GIT_{who}_{key}" for who in _WHO for key in ("NAME", "EMAIL")]
    kept = {key: value for key, value in os.environ.items() if key not in names}
    subprocess.run(
        ["git", *engine, "commit", "-q", *how],
        cwd=root,
        check=True,
        capture_output=True,
        env=kept,
    )
    return sh(root, "rev-parse", "HEAD")


def new_repo(root: Path, files: Mapping[str, str]) -> Path:
    """Make a repository with one commit on main."""
    root.mkdir(parents=True, exist_ok=True)
    sh(root, "init", "-q", "-b", "main")
    commit(root, files, "Start")
    return root


def add_remote(root: Path, remote: Path) -> Path:
    """Give a repository a bare remote that has its main."""
    sh(root.parent, "init", "-q", "--bare", "-b", "main", str(remote))
    sh(root, "remote", "add", "origin", str(remote))
    sh(root, "push", "-q", "-u", "origin", "main")
    return remote


def clone(remote: Path, to: Path) -> Path:
    """Clone a remote, as another machine would."""
    sh(to.parent, "clone", "-q", str(remote), str(to))
    return to


def tip(repo: Path, branch: str = "main") -> str:
    """Return the commit that a branch points at."""
    return sh(repo, "rev-parse", branch)


def share(root: Path) -> None:
    """Push main, where there is somewhere to push it."""
    if sh(root, "remote"):
        sh(root, "push", "-q", "origin", "main")
