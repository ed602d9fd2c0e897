"""``goodterms verify``: what was written down, sent and decided still stands."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from goodterms.cli.environment import find_root
from goodterms.cli.output import say, tell, tell_problems
from goodterms.forge.approval_proof import approvals, flaws
from goodterms.git import Repo, open_repo
from goodterms.git.command import line, run_git
from goodterms.model.journal import ApprovalProof
from goodterms.model.problem import Problem, in_order
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.provenance.difference import HistoryDifference
from goodterms.provenance.problems import mended, problem, shallow
from goodterms.provenance.verify import VerifyResult, verify
from goodterms.provenance.workspace_history import head_of, on_main
from goodterms.views.plan_json import problem_json
from goodterms.views.problem_report import summary
from goodterms.workspace.files import without_links
from goodterms.workspace.workspace import Workspace


def verify_approvals(ctx: click.Context, *, online: bool) -> int:
    """Hold every approval of the journals against its proof, and tell."""
    root = find_root(ctx)
    repo = open_repo(root)
    workspace, problems = Workspace.open(root)
    if workspace is None:
        return tell_problems(problems, root)
    asked = run_git(repo.top, "rev-parse", "--verify", "--quiet", "HEAD")
    if asked.returncode:
        raise RefusalError("there is no commit yet", "commit something first")
    head, proved = line(asked.stdout), 0
    every, unread = approvals(workspace)
    found: list[Problem] = list(unread)
    for given in every:
        wrong = list(flaws(repo, head, workspace, given))
        if online and given.doc.proof:
            wrong += _asked(repo, workspace.settings, given.doc.proof)
        found += map(given.problem, wrong)
        found += [] if given.doc.proof else [given.unproved()]
        proved += bool(given.doc.proof and not wrong)
    told = "1 approval is" if proved == 1 else f"{proved} approvals are"
    tell(f"{told} proved up to {head[:12]}")
    return tell_problems(in_order(found), root)


def _asked(repo: Repo, settings: Settings, proof: ApprovalProof) -> list[str]:
    """Ask GitHub; what it does not tell is not proved either."""
    if settings.forge != "github":
        raise RefusalError("--online is for 'forge: github'", "leave it out")
    from goodterms.forge.github.approval_proof import unsaid  # noqa: PLC0415 - an extra
    from goodterms.forge.github.client import ApiError  # noqa: PLC0415 - an extra
    from goodterms.forge.github.forge import open_github  # noqa: PLC0415 - an extra

    try:
        return list(unsaid(open_github(settings, repo, os.environ).api, proof))
    except ApiError as error:
        return [f"GitHub could not be asked: {error}"]


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


def _told(
    verify_result: VerifyResult,
) -> list[tuple[HistoryDifference | None, Problem]]:
    """Pair each departure with what is said about it, in order of files."""
    every = [(each, problem(each)) for each in verify_result.departures]
    every += [(each, mended(each)) for each in verify_result.past]
    listed = sorted(every, key=lambda pair: pair[1].sort_key)
    return [
        *([(None, shallow(verify_result.cut))] if verify_result.cut else []),
        *listed,
    ]


def _json(head: str, verify_result: VerifyResult) -> str:
    told = _told(verify_result)
    document = {
        "commit": head,
        "commits": verify_result.commits,
        "errors": len(verify_result.departures),
        "warnings": len(told) - len(verify_result.departures),
        "problems": [
            {**problem_json(each), **(_departure(about) if about else {})}
            for about, each in told
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _departure(difference: HistoryDifference) -> dict[str, object]:
    return {
        "commit": difference.commit or None,
        "how": difference.how,
        "mended": difference.mended or None,
    }


def _restored(root: Path, verify_result: VerifyResult) -> list[str]:
    """Write what belongs there; what belongs nowhere is left to people."""
    written = []
    for path, text in (verify_result.texts or {}).items():
        if text:
            folder, _, name = path.rpartition("/")
            file = without_links(root, folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_symlink():
                file.unlink()
            file.write_bytes(text)
            written.append(path)
    return written
