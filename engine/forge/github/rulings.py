"""What people decided about open proposals, by the state of their pull requests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.forge.github.actor import is_another
from engine.forge.github.api import Api
from engine.forge.github.client import ApiError
from engine.forge.github.firsts import known_logins
from engine.forge.github.gather import Desk, gather
from engine.forge.github.proving import proof_of
from engine.forge.github.pulls import Pulls
from engine.forge.github.values import Pull
from engine.forge.github.verdict import judge
from engine.forge.proposal import Proposal, Ruling, in_one_line, taken_back
from engine.problem import Place, Problem
from engine.refusal import RefusalError
from engine.repo import GitError, Refs, Repo, is_ancestor, knows, read_files
from engine.settings import Settings

#: How a refused decision is put right.
WAY_OUT = "revert the merge, or delete the file from main; then it is asked again"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where proposals are ruled on: the tips that git has, and GitHub's word."""

    repo: Repo
    settings: Settings
    refs: Refs
    api: Api
    pulls: Pulls

    @property
    def desk(self) -> Desk:
        """Where evidence is gathered."""
        return Desk(self.repo, self.settings, self.api, self.refs.main)


@dataclass(frozen=True, slots=True)
class _Sight:
    """A proposal, its pull request if there is one, and whether main has its file."""

    proposal: Proposal
    pull: Pull | None
    on_main: bool


def rulings(
    bench: Bench, proposals: Sequence[Proposal]
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    """Say which open proposals are approved, declined, refused or void.

    Merged counts as approved if the evidence holds; closed by a person is a
    no. What GitHub or git cannot tell now stays open, and is a problem.
    """
    return _each(bench, proposals, _rule)


def confirmed(
    bench: Bench, approved: Sequence[Proposal]
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    """Say which approvals of the journal stand, by the same evidence.

    One whose merged decision is on main no more is void; the rest of those
    that do not stand is refused. What cannot be told has no ruling.
    """
    return _each(bench, approved, _confirm)


def _each(
    bench: Bench,
    proposals: Sequence[Proposal],
    rule: Callable[[Bench, _Sight], Ruling | None],
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    if proposals:
        try:
            bench.pulls.load()
        except ApiError as error:
            return (), (_unknown(proposals[0], error),)
    paths = [bench.repo.path(proposal.path) for proposal in proposals]
    merged = read_files(bench.repo, bench.refs.main, paths)
    found: list[Ruling] = []
    problems: list[Problem] = []
    for proposal, path in zip(proposals, paths, strict=True):
        try:
            pull = bench.pulls.find(proposal.branch)
            ruling = rule(bench, _Sight(proposal, pull, path in merged))
        except (ApiError, GitError, RefusalError) as error:
            problems.append(_unknown(proposal, error))
            continue
        found += [ruling] if ruling else []
        if ruling and ruling.state == "refused":
            problems.append(refusal(ruling))
    return tuple(found), _summed_up(problems)


def refusal(ruling: Ruling) -> Problem:
    """Word a refused decision as a problem."""
    what = f"this decision was refused: {'; '.join(ruling.why)}"
    place = Place(ruling.proposal.path)
    return Problem(place, what, WAY_OUT, rule="decision-refused")


def _confirm(bench: Bench, seen: _Sight) -> Ruling | None:
    if seen.on_main:
        return _on_main(bench, seen.proposal, seen.pull)
    if seen.pull and seen.pull.merged:
        return taken_back(seen.proposal)
    why = "the journal calls it approved, and its pull request was never merged"
    return Ruling(seen.proposal, "refused", why=(why,))


def _rule(bench: Bench, seen: _Sight) -> Ruling | None:
    proposal, pull = seen.proposal, seen.pull
    if seen.on_main:
        return _on_main(bench, proposal, pull)
    if pull is None:
        return _without_branch(bench, proposal)
    if pull.merged:
        return _merged_away(bench, proposal, pull)
    return None if pull.open else _closed(bench, proposal, pull)


def _on_main(bench: Bench, proposal: Proposal, pull: Pull | None) -> Ruling | None:
    """Judge a decision that is on main; without its merged pull request it is none.

    GitHub notices a merge a moment after git has it: until then nobody knows.
    """
    alone = bench.api.pull(pull.number) if pull else None
    if alone and alone.open and _has(bench, alone.head):
        return None
    if alone is None or alone.merged is None:
        why = "it came to main without the merge of its pull request"
        return Ruling(proposal, "refused", why=(why,))
    seen = gather(bench.desk, proposal, alone)
    verdict = judge(seen)
    if verdict.why:
        return Ruling(proposal, "refused", why=verdict.why)
    merged = f"pull request #{alone.number} was merged by {alone.merged_by}"
    reason = _reason(bench, alone.number, alone.merged_by)
    proof = proof_of(bench.desk, proposal, alone, seen)
    return Ruling(
        proposal, "approved", verdict.by, verdict.choose, (merged,), reason, proof
    )


def _without_branch(bench: Bench, proposal: Proposal) -> Ruling | None:
    """Take a branch deleted by hand, before there was a pull request, for a no."""
    if proposal.branch in bench.refs.proposals:
        return None
    why = f"its branch {proposal.branch} was deleted"
    return Ruling(proposal, "declined", why=(why,))


def _merged_away(bench: Bench, proposal: Proposal, pull: Pull) -> Ruling | None:
    """Give up a proposal whose merge is on main and whose file is not.

    As after a refusal, when somebody has removed the file: it is asked anew.
    A merge that came after main was read is looked at by the next run.
    """
    if not _has(bench, pull.merge):
        return None
    why = f"pull request #{pull.number} was merged, and its decision is not on main"
    return Ruling(proposal, "void", why=(why,))


def _has(bench: Bench, commit: str | None) -> bool:
    """Whether main, as git has it here, holds a commit."""
    return bool(commit and knows(bench.repo, commit)) and is_ancestor(
        bench.repo, str(commit), bench.refs.main
    )


def _closed(bench: Bench, proposal: Proposal, pull: Pull) -> Ruling | None:
    """Take a closed pull request for a no, but for one that a bot has closed."""
    issue = bench.api.issue(pull.number)
    if issue.open or (issue.closed_by_bot and proposal.branch in bench.refs.proposals):
        return None
    people = bench.settings.people.values()
    login = issue.closed_by or "somebody"
    known = known_logins(bench.repo, bench.refs.main)
    ours = not is_another(issue.closer, known)
    by = (each.key for each in people if ours and _is(each.github, issue.closed_by))
    why = f"pull request #{pull.number} was closed by {login}"
    reason = _reason(bench, pull.number, issue.closed_by)
    return Ruling(proposal, "declined", tuple(by), why=(why,), reason=reason)


def _reason(bench: Bench, number: int, login: str | None) -> str | None:
    """Return what whoever decided said last below the pull request."""
    said = [
        comment.body
        for comment in bench.api.comments(number)
        if _is(comment.author.login, login) and bench.api.mark(comment) is None
    ]
    return in_one_line(_own_words(said[-1])) if said else None


def _own_words(body: str) -> str:
    """Leave out the lines of a comment that quote somebody else."""
    return "\n".join(x for x in body.splitlines() if not x.lstrip().startswith(">"))


def _is(github: str | None, login: str | None) -> bool:
    return bool(github and login) and str(github).casefold() == str(login).casefold()


def _unknown(proposal: Proposal, error: Exception) -> Problem:
    return Problem(
        Place(proposal.path),
        f"nobody knows whether this was decided: {error}",
        "it stays open; the next run looks again",
        rule="forge-unreachable",
    )


def _summed_up(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Tell the same failure of many proposals once."""
    seen: dict[str, Problem] = {}
    for problem in problems:
        seen.setdefault(problem.message, problem)
    return tuple(seen.values())
