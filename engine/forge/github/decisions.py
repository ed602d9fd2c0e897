"""What people decided about open proposals, by the state of their pull requests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from goodterms.forge.choices import ChoiceRequest, choosing, chosen_in
from goodterms.forge.commands import read_commands
from goodterms.forge.github.actor import is_another
from goodterms.forge.github.api import Api
from goodterms.forge.github.approval_check import judge
from goodterms.forge.github.approval_proof import proof_of
from goodterms.forge.github.client import ApiError
from goodterms.forge.github.comment_commands import (
    HeardCommand,
    first_no,
    hear,
    last_choice,
)
from goodterms.forge.github.comments import (
    PullRequestComment,
    PullRequestComments,
    answered,
)
from goodterms.forge.github.evidence import EvidenceSource, gather
from goodterms.forge.github.known_logins import known_logins
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.pull_requests import PullRequests
from goodterms.forge.github.write_queue import warning
from goodterms.forge.protocol import Proposal, Ruling, in_one_line, taken_back
from goodterms.git import GitError, Refs, Repo, is_ancestor, knows, read_files
from goodterms.model.problem import Place, Problem
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

#: How a refused decision is put right.
WAY_OUT = "revert the merge, or delete the file from main; then it is asked again"


@dataclass(frozen=True, slots=True)
class DecisionReader:
    """Reads decisions about proposals from git's refs and from GitHub."""

    repo: Repo
    settings: Settings
    refs: Refs
    api: Api
    pulls: PullRequests
    comments: PullRequestComments

    @property
    def evidence_source(self) -> EvidenceSource:
        """The source of evidence about a merge."""
        return EvidenceSource(
            self.repo, self.settings, self.api, self.refs.main, self.comments
        )


@dataclass(frozen=True, slots=True)
class _ProposalState:
    """A proposal, its pull request if there is one, and whether main has its file."""

    proposal: Proposal
    pull: PullRequest | None
    on_main: bool


def rulings(
    reader: DecisionReader, proposals: Sequence[Proposal]
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    """Say which open proposals are approved, declined, refused, void or chosen.

    Merged counts as approved if the evidence holds; closed by a person is a
    no, and so is a member's word for it. What GitHub or git cannot tell now stays
    open, and is a problem.
    """
    unread = _read_comments(reader) if proposals else ()
    decided, problems = _rule_each(reader, proposals, _rule)
    return decided, (*unread, *problems)


def _read_comments(reader: DecisionReader) -> tuple[Problem, ...]:
    """Read what people wrote; where that fails they have said nothing so far."""
    try:
        reader.comments.load()
    except ApiError as error:
        message = f"what was written below pull requests could not be read: {error}"
        return (warning("goodterms.yaml", message, "the next run reads it"),)
    return ()


def confirmed(
    reader: DecisionReader, approved: Sequence[Proposal]
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    """Say which approvals of the journal stand, by the same evidence.

    One whose merged decision is on main no more is void; the rest of those
    that do not stand is refused. What cannot be told has no ruling.
    """
    return _rule_each(reader, approved, _confirm)


def _rule_each(
    reader: DecisionReader,
    proposals: Sequence[Proposal],
    rule: Callable[[DecisionReader, _ProposalState], Ruling | None],
) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
    if proposals:
        try:
            reader.pulls.load()
        except ApiError as error:
            return (), (_unknown(proposals[0], error),)
    paths = [reader.repo.path(proposal.path) for proposal in proposals]
    merged = read_files(reader.repo, reader.refs.main, paths)
    decided: list[Ruling] = []
    problems: list[Problem] = []
    for proposal, path in zip(proposals, paths, strict=True):
        try:
            pull = reader.pulls.find(proposal.branch)
            ruling = rule(reader, _ProposalState(proposal, pull, path in merged))
        except (ApiError, GitError, RefusalError) as error:
            problems.append(_unknown(proposal, error))
            continue
        decided += [ruling] if ruling else []
        if ruling and ruling.state == "refused":
            problems.append(refusal(ruling))
    return tuple(decided), _summed_up(problems)


def refusal(ruling: Ruling) -> Problem:
    """Word a refused decision as a problem."""
    message = f"this decision was refused: {'; '.join(ruling.why)}"
    place = Place(ruling.proposal.path)
    return Problem(place, message, WAY_OUT, rule="decision-refused")


def _confirm(reader: DecisionReader, state: _ProposalState) -> Ruling | None:
    if state.on_main:
        return _on_main(reader, state.proposal, state.pull)
    if state.pull and state.pull.merged:
        return taken_back(state.proposal)
    why = "the journal calls it approved, and its pull request was never merged"
    return Ruling(state.proposal, "refused", why=(why,))


def _rule(reader: DecisionReader, state: _ProposalState) -> Ruling | None:
    proposal, pull = state.proposal, state.pull
    if state.on_main:
        return _on_main(reader, proposal, pull)
    if pull is None:
        return _without_branch(reader, proposal)
    if pull.merged:
        return _merged_away(reader, proposal, pull)
    return (
        _commanded(reader, proposal, pull)
        if pull.open
        else _closed(reader, proposal, pull)
    )


def _commanded(
    reader: DecisionReader, proposal: Proposal, pull: PullRequest
) -> Ruling | None:
    """Do what members asked for in words below an open pull request."""
    comments = reader.comments.below(pull.number)
    if not any(read_commands(comment.body) for comment in comments):
        return None
    commands = hear(
        reader.evidence_source.comment_rules(reader.settings, reader.refs.main),
        proposal,
        comments,
    )
    refusal_command = first_no(commands)
    if refusal_command:
        who, verb = refusal_command.comment.author.login, refusal_command.command.verb
        why = f"{who} wrote /{verb} below pull request #{pull.number}"
        reason = refusal_command.command.reason
        return Ruling(
            proposal,
            "declined",
            (refusal_command.by,),
            why=(why,),
            reason=reason,
            until=refusal_command.until,
        )
    last = last_choice(commands)
    return _choice(reader, proposal, last, comments) if last else None


def _choice(
    reader: DecisionReader,
    proposal: Proposal,
    last: HeardCommand,
    comments: Sequence[PullRequestComment],
) -> Ruling | None:
    """Let the branch choose what was asked for last, unless that was done before."""
    head = reader.refs.proposals.get(proposal.branch)
    place, command = last.comment.id, last.command
    if head is None or not knows(reader.repo, proposal.commit):
        return None
    if place in chosen_in(reader.repo, str(proposal.commit), head):
        return None
    before = place in chosen_in(reader.repo, reader.refs.main, head)
    if not before and place in answered(reader.api, comments):
        return None
    request = ChoiceRequest(last.by, place, last.on, command.option, command.reason)
    move = choosing(reader.repo, reader.settings, proposal, head, request)
    if move is None:
        return None
    return Ruling(proposal, "chosen", (last.by,), command.option, move=move)


def _on_main(
    reader: DecisionReader, proposal: Proposal, pull: PullRequest | None
) -> Ruling | None:
    """Judge a decision that is on main; without its merged pull request it is none.

    GitHub notices a merge a moment after git has it: until then nobody knows.
    """
    alone = reader.api.pull(pull.number) if pull else None
    if alone and alone.open and _has(reader, alone.head):
        return None
    if alone is None or alone.merged is None:
        why = "it came to main without the merge of its pull request"
        return Ruling(proposal, "refused", why=(why,))
    evidence = gather(reader.evidence_source, proposal, alone)
    verdict = judge(evidence)
    if verdict.why:
        return Ruling(proposal, "refused", why=verdict.why)
    merged = f"pull request #{alone.number} was merged by {alone.merged_by}"
    reason = _reason(reader, alone.number, alone.merged_by) or evidence.choice_reason
    proof = proof_of(reader.evidence_source, proposal, alone, evidence)
    return Ruling(
        proposal, "approved", verdict.by, verdict.choose, (merged,), reason, proof
    )


def _without_branch(reader: DecisionReader, proposal: Proposal) -> Ruling | None:
    """Take a branch deleted by hand, before there was a pull request, for a no."""
    if proposal.branch in reader.refs.proposals:
        return None
    why = f"its branch {proposal.branch} was deleted"
    return Ruling(proposal, "declined", why=(why,))


def _merged_away(
    reader: DecisionReader, proposal: Proposal, pull: PullRequest
) -> Ruling | None:
    """Give up a proposal whose merge is on main and whose file is not.

    As after a refusal, when somebody has removed the file: it is asked anew.
    A merge that came after main was read is looked at by the next run.
    """
    if not _has(reader, pull.merge):
        return None
    why = f"pull request #{pull.number} was merged, and its decision is not on main"
    return Ruling(proposal, "void", why=(why,))


def _has(reader: DecisionReader, commit: str | None) -> bool:
    """Whether main, as git has it here, holds a commit."""
    return bool(commit and knows(reader.repo, commit)) and is_ancestor(
        reader.repo, str(commit), reader.refs.main
    )


def _closed(
    reader: DecisionReader, proposal: Proposal, pull: PullRequest
) -> Ruling | None:
    """Take a closed pull request for a no, but for one that a bot has closed."""
    issue = reader.api.issue(pull.number)
    if issue.open or (issue.closed_by_bot and proposal.branch in reader.refs.proposals):
        return None
    people = reader.settings.people.values()
    login = issue.closed_by or "somebody"
    numbers = known_logins(reader.repo, reader.refs.main)
    ours = not is_another(issue.closer, numbers)
    by = (
        person.key for person in people if ours and _is(person.github, issue.closed_by)
    )
    why = f"pull request #{pull.number} was closed by {login}"
    reason = _reason(reader, pull.number, issue.closed_by)
    return Ruling(proposal, "declined", tuple(by), why=(why,), reason=reason)


def _reason(reader: DecisionReader, number: int, login: str | None) -> str | None:
    """Return what whoever decided said last below the pull request."""
    bodies = [
        comment.body
        for comment in reader.api.comments(number)
        if _is(comment.author.login, login) and reader.api.mark(comment) is None
    ]
    words = [why for body in bodies if (why := _because(body))]
    return words[-1] if words else None


def _because(body: str) -> str | None:
    """Return what a comment gives as a reason; of a command, what follows it."""
    commands = read_commands(body)
    if not commands:
        return in_one_line(_own_words(body))
    return next((command.reason for command in commands if command.reason), None)


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
    by_message: dict[str, Problem] = {}
    for problem in problems:
        by_message.setdefault(problem.message, problem)
    return tuple(by_message.values())
