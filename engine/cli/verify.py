"""``goodterms verify``: what was written down, sent and decided still stands."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from engine.checking import summary
from engine.cli.approvals import verify_approvals
from engine.cli.output import say, tell
from engine.cli.place import find_root
from engine.files import without_links
from engine.plan_json import problem_json
from engine.problem import Problem
from engine.provenance.departure import Departure
from engine.provenance.look import head_of, on_main
from engine.provenance.telling import mended, problem, shallow
from engine.provenance.verify import Verified, verify
from engine.refusal import RefusalError
from engine.repo import open_repo


@click.command(name="verify", short_help="That the past still stands.")
@click.option("--history", is_flag=True, help="Every commit of main, from the first.")
@click.option("--approvals", is_flag=True, help="Each approval, by its proof.")
@click.option("--online", is_flag=True, help="With --approvals: ask the forge, too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--restore",
    is_flag=True,
    help="Write what belongs there into the files that were changed.",
)
@click.pass_context
def command(
    ctx: click.Context, /, *, approvals: bool, online: bool, **history: bool
) -> int:
    """Follow main from its first commit, offline, and name what was changed since.

    Journals grow by the engine's commits only; messages and decisions stay as
    they were. Exit 1 where something is not right now; what was put right since
    is a warning. What lies before the beginning of a shallow clone is not seen.
    With --approvals each is held against its proof.
    """
    _refuse_unfit(history, approvals=approvals, online=online)
    if approvals and history["history"]:
        return max(verify_history(ctx, **history), verify_approvals(ctx, online=online))
    if approvals:
        return verify_approvals(ctx, online=online)
    return verify_history(ctx, **history)


def _refuse_unfit(
    history: Mapping[str, bool], *, approvals: bool, online: bool
) -> None:
    """Refuse an option that would be passed over."""
    alone = approvals and not history["history"]
    if alone and (history["as_json"] or history["restore"]):
        raise RefusalError("--json and --restore go with --history", "leave them out")
    if online and not approvals:
        raise RefusalError("--online goes with --approvals", "add it")


def verify_history(
    ctx: click.Context, *, history: bool, as_json: bool, restore: bool
) -> int:
    """Hold journals, messages and decisions against all of main, and tell."""
    if not history:
        how = "goodterms verify --history, or --approvals"
        raise RefusalError("say what to verify", how)
    root = find_root(ctx)
    repo = open_repo(root)
    head = head_of(repo)
    if head is None:
        raise RefusalError("there is no commit yet", "commit something first")
    found = verify(repo, head, whole=True, checkout=True, main=on_main(repo))
    try:
        restored = _restored(root, found) if restore else []
    except OSError as error:
        raise RefusalError(f"'{error.filename}': {error.strerror}") from None
    if as_json:
        say(_json(head, found))
    else:
        told = [p for _, p in _told(found)]
        say("".join(f"{each}\n" for each in told)) if told else None
        commits = f"{found.commits} commit{'' if found.commits == 1 else 's'}"
        tell(f"{commits} up to {head[:12]}: {summary(told)}")
    for path in restored:
        tell(f"restored {path}: look at it, and commit it")
    return 1 if found.departures else 0


def _told(found: Verified) -> list[tuple[Departure | None, Problem]]:
    """Pair each departure with what is said about it, in order of files."""
    every = [(each, problem(each)) for each in found.departures]
    every += [(each, mended(each)) for each in found.past]
    listed = sorted(every, key=lambda pair: pair[1].sort_key)
    return [*([(None, shallow(found.cut))] if found.cut else []), *listed]


def _json(head: str, found: Verified) -> str:
    told = _told(found)
    document = {
        "commit": head,
        "commits": found.commits,
        "errors": len(found.departures),
        "warnings": len(told) - len(found.departures),
        "problems": [
            {**problem_json(each), **(_departure(about) if about else {})}
            for about, each in told
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _departure(each: Departure) -> dict[str, object]:
    return {
        "commit": each.commit or None,
        "how": each.how,
        "mended": each.mended or None,
    }


def _restored(root: Path, found: Verified) -> list[str]:
    """Write what belongs there; what belongs nowhere is left to people."""
    written = []
    for path, text in (found.texts or {}).items():
        if text:
            folder, _, name = path.rpartition("/")
            file = without_links(root, folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_symlink():
                file.unlink()
            file.write_bytes(text)
            written.append(path)
    return written
