"""What a run needs of git yet, once the first files are there."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from shlex import join, quote

from goodterms.git.command import git, line, run_git
from goodterms.model.refusal import RefusalError


def left_to_do(folder: Path, files: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Say what a run needs of git yet, as (what, command), in order.

    A run reads what is committed on ``main``: the remote's, where there is one.
    Only *files*, which are named from the folder, are committed by it.
    """
    top = Path(line(git(folder, "rev-parse", "--show-toplevel")))
    here = f"git -C {quote(str(top))}"
    below = folder.resolve().relative_to(top.resolve())
    names = join((below / name).as_posix() for name in _gathered(folder, files))
    commit = (
        f"{here} add --force {names} &&"
        f' {here} commit -m "Start with Good Terms" -- {names}'
    )
    steps = [("Commit the files:", commit), *_to_main(folder, here)]
    remotes = line(git(folder, "remote"))
    if remotes:
        name = "origin" if "origin" in remotes.split() else remotes.split()[0]
        steps.append(("Push them:", f"{here} push -u {name} main"))
    return tuple(steps)


def refuse_ignored(folder: Path) -> None:
    """Refuse a folder that git passes over: no run could ever read it."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    name = (folder.absolute() / "goodterms.yaml").as_posix()
    found = run_git(there, "check-ignore", "--verbose", name)
    if found.returncode == 0:
        rule = line(found.stdout).split("\t")[0]
        raise RefusalError(
            f"git ignores '{folder}' ({rule})",
            "name another folder, or take it out there",
        )


def _gathered(folder: Path, files: Sequence[str]) -> Iterator[str]:
    """Name a folder in the place of its files where it holds no others."""
    for top, group in groupby(sorted(files), key=lambda name: name.split("/")[0]):
        names = [*group]
        held = {
            each.relative_to(folder).as_posix()
            for each in (folder / top).rglob("*")
            if not each.is_dir()
        }
        yield from [top] if held <= set(names) else names


def _to_main(folder: Path, here: str) -> tuple[tuple[str, str], ...]:
    """Say how what is committed comes to ``main``; nothing where it is there."""
    branch = line(run_git(folder, "branch", "--show-current").stdout)
    has_main = not run_git(
        folder, "show-ref", "--verify", "--quiet", "refs/heads/main"
    ).returncode
    if branch == "main":
        return ()
    if not branch:  # no branch is checked out
        branch = "good-terms"
        keep = f"{here} switch -c {branch if has_main else 'main'}"
        if not has_main:
            return (("Begin the branch main:", keep),)
        merge = f"{keep} && {here} switch main && {here} merge {branch}"
        return (("Bring them to main:", merge),)
    if has_main:
        merge = f"{here} switch main && {here} merge {quote(branch)}"
        return (("Bring them to main:", merge),)
    return (("Call the branch main:", f"{here} branch -m main"),)
