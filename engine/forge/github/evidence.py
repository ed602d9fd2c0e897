"""Gather the evidence about a decision on main: from git, and from GitHub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from goodterms.forge.choices import place_of
from goodterms.forge.commands import read_commands
from goodterms.forge.decision_file import choice
from goodterms.forge.file_history import FileHistory, arrival
from goodterms.forge.github.actor import is_another
from goodterms.forge.github.api import Api
from goodterms.forge.github.approval_check import ApprovalEvidence, DecisionTexts
from goodterms.forge.github.comment_commands import (
    NOES,
    CommentRules,
    HeardCommand,
    hear,
    last_choice,
)
from goodterms.forge.github.comments import PullRequestComments
from goodterms.forge.github.known_logins import known_logins
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.protocol import Proposal
from goodterms.git import Repo, is_ancestor, knows, read_files
from goodterms.git.command import git, line, run_git
from goodterms.load.settings import load_settings
from goodterms.model.settings import Settings
from goodterms.views import policy_path

#: Fetches a commit, and moves no branch or tag by it.
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=")


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """Where evidence is gathered: the repository at main's tip, and its GitHub."""

    repo: Repo
    settings: Settings
    api: Api
    tip: str
    comments: PullRequestComments

    def comment_rules(self, settings: Settings, commit: str) -> CommentRules:
        """Say who may ask for something, as main has it at a commit."""
        numbers = known_logins(self.repo, commit)
        return CommentRules(settings, numbers, self.api.client.me)


def gather(
    source: EvidenceSource, proposal: Proposal, pull: PullRequest
) -> ApprovalEvidence:
    """Put together what is known about a decision that is on main.

    *pull* is its pull request, read by itself. What git lacks counts as not
    there. Raises ApiError, and GitError where the remote cannot be reached.
    """
    repo = source.repo
    path = repo.path(proposal.path)
    history = arrival(repo, source.tip, path)
    _fetch_head(repo, pull)
    _fetch_proposed(repo, proposal)
    merge = pull.merge if pull.merged and knows(repo, pull.merge) else None
    places = (proposal.commit, pull.head, merge, source.tip)
    texts = DecisionTexts(*(_text(repo, commit, path) for commit in places))
    base = history.onto if history else None
    by_merge = bool(history and merge and _brought_by(repo, history, merge, pull.head))
    team = proposal.approval.by if proposal.approval else ""
    all_commands = _commands(source, proposal, pull, base)
    commands = [h for h in all_commands if pull.merged and h.comment.at <= pull.merged]
    since = all_commands[len(commands) :]
    return ApprovalEvidence(
        texts=texts,
        by_merge=by_merge,
        approval=proposal.approval,
        expires=proposal.expires,
        facts=proposal.facts,
        choices=proposal.choices,
        team=_team(repo, base, team),
        merged_on=_day(pull.merged, source.settings),
        merged_by=pull.merged_by,
        merger=pull.merger.id,
        account_numbers=_account_numbers(repo, base, source.tip),
        author=pull.author,
        head=pull.head,
        others=_others(repo, history, merge, pull.head, path) if by_merge else (),
        same_policy=_same_policy(source, proposal, base),
        reviews=tuple(source.api.reviews(pull.number)),
        editors=_editors(source, texts, commands, base, pull.head, path),
        refusals=_refusals(commands),
        later_refusals=_refusals(since),
        choice_reason=_choice_reason(commands),
    )


def _commands(
    source: EvidenceSource, proposal: Proposal, pull: PullRequest, base: str | None
) -> list[HeardCommand]:
    """Find what people asked for in words before the merge, and since, in that order.

    Who may ask for something is read where main was right before.
    """
    comments = source.comments.read(pull.number)
    if base is None or not any(read_commands(comment.body) for comment in comments):
        return []
    then = _settings(source.repo, base)
    if then is None or pull.merged is None:
        return []
    rules = replace(
        source.comment_rules(then, base),
        account_numbers=_account_numbers(source.repo, base, source.tip),
    )
    return hear(rules, proposal, comments)


def _refusals(commands: Sequence[HeardCommand]) -> Mapping[str, str]:
    """Map who said no in words to the command that they used."""
    refusals = (
        command
        for command in commands
        if command.counts and command.command.verb in NOES
    )
    return {command.comment.author.login: command.command.verb for command in refusals}


def _choice_reason(commands: Sequence[HeardCommand]) -> str | None:
    """Return what whoever chose in words gave as a reason."""
    last = last_choice(commands)
    return last.command.reason if last else None


def _fetch_head(repo: Repo, pull: PullRequest) -> None:
    """Fetch what was reviewed; GitHub keeps it when the branch is gone."""
    if repo.remote and not knows(repo, pull.head):
        git(repo.top, *_FETCH, repo.remote, f"refs/pull/{pull.number}/head")


def _fetch_proposed(repo: Repo, proposal: Proposal) -> None:
    """Fetch what was proposed; a branch that was rebased leads there no more.

    GitHub may have dropped it since: then nobody knows what was proposed.
    """
    commit = proposal.commit
    if repo.remote and commit and not knows(repo, commit):
        run_git(repo.top, *_FETCH, repo.remote, commit)


def _text(repo: Repo, commit: str | None, path: str) -> bytes | None:
    if commit is None or not knows(repo, commit):
        return None
    return read_files(repo, commit, [path]).get(path)


def _brought_by(repo: Repo, history: FileHistory, merge: str, head: str) -> bool:
    """Whether a merge brought the file, and nothing touched it before or since.

    A merge commit brings the head itself; squashed or rebased, the last of the
    commits is the merge, and the head is not: a branch pushed to main is none.
    """
    if history.commits[0] != merge:
        return False
    if len(history.parents) == 1:
        return not is_ancestor(repo, head, merge)
    return len(history.commits) == 1 and history.parents[1:] == (head,)


def _team(repo: Repo, base: str | None, team: str) -> Mapping[str, str]:
    """Read who was on the list, by login in small letters, right before the merge."""
    then = _settings(repo, base)
    if then is None:
        return {}
    people = (then.people[key] for key in then.teams.get(team, ()))
    return {person.github.casefold(): person.key for person in people if person.github}


def _settings(repo: Repo, commit: str | None) -> Settings | None:
    path = repo.path("goodterms.yaml")
    text = _text(repo, commit, path)
    return load_settings(text, path)[0] if text is not None else None


def _account_numbers(repo: Repo, base: str | None, tip: str) -> Mapping[str, int]:
    """Map logins to account numbers as of just before the merge, new ones as of now."""
    before = known_logins(repo, base) if base and knows(repo, base) else {}
    return {**known_logins(repo, tip), **before}


def _same_policy(source: EvidenceSource, proposal: Proposal, base: str | None) -> bool:
    """Whether the policy says what it said right before the merge: who, how many."""
    if proposal.policy is None:
        return False
    path = source.repo.path(policy_path(proposal.policy))
    then, now = (_text(source.repo, commit, path) for commit in (base, source.tip))
    return then is not None and then == now


def _others(
    repo: Repo, history: FileHistory | None, merge: str | None, head: str, path: str
) -> tuple[str, ...]:
    """List what else came with it, be it taken back by a later commit.

    Rebased, each commit of the branch is one of main, and main right before may
    be one of them: so it counts what any of them touched.
    """
    if history is None or history.onto is None or merge is None:
        return ()
    output = git(
        repo.top, "diff", "--name-only", "--no-renames", "-z", history.onto, merge
    )
    if len(history.parents) == 1:
        args = ("--no-merges", "--no-renames", "--name-only", "--format=", "-z")
        output += git(repo.top, "log", *args, head, f"^{history.onto}")
    names = sorted(set(output.decode(errors="replace").split("\0")))
    return tuple(name for name in names if name not in ("", path))


def _editors(
    source: EvidenceSource,
    texts: DecisionTexts,
    commands: Sequence[HeardCommand],
    base: str | None,
    head: str,
    path: str,
) -> frozenset[str]:
    """Say who last changed the file, if it is not as the engine proposed it.

    A choice that was made in words is that of whoever wrote them, if they stand there
    still and were the last ones. Who has taken over a login is nobody that the team
    knows.
    """
    if texts.reviewed is None or texts.reviewed == texts.proposed or base is None:
        return frozenset()
    args = ("log", "--topo-order", "--max-count=1", "--format=%H", f"{base}..{head}")
    commit = line(git(source.repo.top, *args, "--", path))
    if not commit:
        return frozenset({""})
    last = last_choice(commands)
    is_theirs = last.comment.id == place_of(source.repo, commit) if last else False
    if last and is_theirs and last.command.option == choice(texts.reviewed):
        return frozenset({last.comment.author.login})
    numbers = _account_numbers(source.repo, base, source.tip)
    actors = source.api.hand(commit).actors
    return frozenset("" if is_another(a, numbers) else a.login for a in actors)


def _day(moment: datetime | None, settings: Settings) -> date | None:
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(settings.creditor.timezone)).date()
