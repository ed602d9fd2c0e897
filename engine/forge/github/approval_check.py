"""Is a merged pull request the team's approval? Plain values in; unclear is no."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from goodterms.forge.decision_file import choice, choice_flaw, only_choice_differs
from goodterms.forge.github.actor import Actor, another_words, is_another
from goodterms.model.policy import Approval

_APPROVED, _CHANGES = "APPROVED", "CHANGES_REQUESTED"

#: Reviews that say yes, no, or take either back; a comment says neither.
_OPINIONS = (_APPROVED, _CHANGES, "DISMISSED")


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody said of a pull request, at one of its commits."""

    login: str
    state: str
    commit: str | None
    user: int = 0
    id: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTexts:
    """A decision's file: as proposed last, as reviewed, as merged, as it is now.

    None where it is not there or cannot be read.
    """

    proposed: bytes | None
    reviewed: bytes | None
    merged: bytes | None
    current: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEvidence:
    """All that counts about a decision that is on main.

    ``team`` maps logins, in small letters, to keys of the team that may approve,
    as goodterms.yaml had it on main right before. ``by_merge`` says that the
    merge of the pull request brought the file, and nobody touched it since;
    ``others`` are further files that came with it. ``same_policy`` says that the
    policy that asks is as it was then. ``editors`` are the logins that may be
    behind the last change of the file by somebody else than the engine, "" for
    one that GitHub does not vouch for. ``account_numbers`` maps logins to the
    numbers of the accounts that had them when first seen; another account is
    nobody. ``refusals`` maps members who refused by a command before the merge to
    that command, ``later_refusals`` those who did since; ``choice_reason`` is what
    whoever chose in words gave as a reason.
    """

    texts: DecisionTexts
    by_merge: bool
    approval: Approval | None
    expires: date
    facts: str | None
    choices: tuple[str, ...]
    team: Mapping[str, str]
    merged_on: date | None
    merged_by: str | None
    author: str
    head: str
    others: tuple[str, ...] = ()
    same_policy: bool = True
    reviews: tuple[Review, ...] = ()
    editors: frozenset[str] = field(default_factory=frozenset)
    refusals: Mapping[str, str] = field(default_factory=dict)
    later_refusals: Mapping[str, str] = field(default_factory=dict)
    choice_reason: str | None = None
    merger: int = 0
    account_numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """Who approved what; or, with ``why``, all the reasons that nobody did."""

    by: tuple[str, ...]
    choose: str
    why: tuple[str, ...] = ()


def judge(evidence: ApprovalEvidence) -> ApprovalResult:
    """Say whether a merged pull request approves what its file says.

    The merging person and every review counted are on the list; as many
    distinct people as the step needs approved the commit that was merged, by
    merging it or by their latest review of it; whoever opened it does not
    count, and whoever changed the choice is not the only one. A choice that was
    changed by somebody who is not of the team needs a review: a merge may be
    older than the change. The file is the one proposed but for ``choose``, and main
    has what was reviewed.
    """
    why = tuple(_reasons(evidence))
    return ApprovalResult(
        () if why else tuple(sorted(_approvers(evidence).values())),
        choice(evidence.texts.merged or b""),
        why,
    )


def counted(evidence: ApprovalEvidence) -> tuple[Review, ...]:
    """List the reviews that approved what was merged, one for each person."""
    logins = _reviewed(evidence) & evidence.team.keys()
    return tuple(r for login, r in sorted(_latest(evidence).items()) if login in logins)


def _reasons(evidence: ApprovalEvidence) -> Iterator[str]:
    yield from _origin(evidence)
    yield from _content(evidence)
    yield from _date(evidence)
    if evidence.approval is None:
        yield "its policy has no such step, or it needs no approval"
        return
    yield from _merger(evidence, evidence.approval)
    yield from _objections(evidence)
    yield from _too_few(evidence, evidence.approval)
    yield from _choice_unseen(evidence, evidence.approval)


def _origin(evidence: ApprovalEvidence) -> Iterator[str]:
    """Doubt what did not come by its own pull request, and alone."""
    if not evidence.by_merge:
        yield "it did not come to main by the merge of its pull request, and only so"
    if evidence.others:
        named = ", ".join(evidence.others[:3]) + (" …" if evidence.others[3:] else "")
        yield f"its pull request changed more than the decision: {named}"
    if not evidence.same_policy:
        yield "its policy is not what it was when it was merged"


def _content(evidence: ApprovalEvidence) -> Iterator[str]:
    texts = evidence.texts
    if texts.reviewed is None or texts.merged != texts.reviewed:
        yield "what was merged is not what was reviewed"
    if texts.current != texts.merged:
        yield "it was changed after it came to main"
    if texts.merged is None:
        return
    if texts.proposed is None or not evidence.facts:
        yield "the journal does not say what was proposed"
        return
    if not only_choice_differs(texts.proposed, texts.merged):
        yield "it says other things than were proposed"
    elif f"\nfacts: {evidence.facts}\n".encode() not in texts.merged:
        yield "its facts are not those of the journal"
    elif flaw := choice_flaw(texts.merged, evidence.choices):
        yield f"it {flaw}"


def _date(evidence: ApprovalEvidence) -> Iterator[str]:
    if evidence.merged_on is None:
        yield "nobody knows when it was merged"
    elif evidence.merged_on > evidence.expires:
        merged, expires = evidence.merged_on, evidence.expires
        yield f"it was merged on {merged}, and expired on {expires}"


def _merger(evidence: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    if evidence.merged_by is None:
        yield "nobody knows who merged it"
    elif _is_another(evidence, evidence.merged_by, evidence.merger):
        yield another_words(
            Actor(evidence.merged_by, evidence.merger), evidence.account_numbers
        )
    elif _same(evidence.merged_by, evidence.author):
        yield f"'{evidence.merged_by}' merged what they had opened themselves"
    elif evidence.merged_by.casefold() not in evidence.team:
        yield f"it was merged by '{evidence.merged_by}', who is not in {approval.by}"


def _objections(evidence: ApprovalEvidence) -> Iterator[str]:
    for login, review in _latest(evidence).items():
        objects = review.state == _CHANGES and login in evidence.team
        if objects and not _same(login, evidence.merged_by):
            yield f"'{review.login}' asked for changes"
    for login, verb in sorted(evidence.refusals.items()):
        if not _same(login, evidence.merged_by):
            yield f"'{login}' had written /{verb} before it was merged"
    for login, verb in sorted(evidence.later_refusals.items()):
        yield (
            f"'{login}' wrote /{verb} after it was merged, and before it was carried"
            " out; whoever takes that back deletes the comment"
        )


def _too_few(evidence: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    """Count distinct people; two keys of one login are one."""
    approvers = _approvers(evidence)
    if not approval.count or len(approvers) < approval.count:
        members = f"{len(approvers)} of {approval.count} members of {approval.by}"
        late = ", ".join(f"'{login}'" for login in sorted(_outdated(evidence)))
        stale = f"; the approval of {late} is of an earlier commit" if late else ""
        yield f"{members} approved it as it was merged{stale}"
        yield from _taken_over(evidence)
    elif _nobody_else(evidence, approvers):
        who = next(iter(approvers.values()))
        note = _vouching_note(evidence)
        yield f"{who} alone approved it, and may have changed the choice{note}"


def _choice_unseen(evidence: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    """Doubt that anybody of the team has seen a choice that another one made.

    A merge may be ordered before the change: by auto-merge, in a merge queue. So
    it vouches for the choice only where a member made it; a review names what it
    is of.
    """
    editors = _folded(evidence.editors)
    if editors <= evidence.team.keys() or _reviewed(evidence) & evidence.team.keys():
        return
    named = ", ".join(f"'{login}'" for login in sorted(evidence.editors - {""}))
    who = f"{named}, who is not in {approval.by}" if "" not in editors else ""
    yield (
        f"its choice was changed by {who or 'somebody whom GitHub does not vouch for'},"
        f" maybe after it was to be merged, and no review of {approval.by} approves it"
        " as it is: approve it in a review, then merge"
    )


def _taken_over(evidence: ApprovalEvidence) -> Iterator[str]:
    """Name reviews that do not count because their login has changed hands."""
    for review in evidence.reviews:
        in_team = review.login.casefold() in evidence.team
        if in_team and _is_another(evidence, review.login, review.user):
            yield another_words(
                Actor(review.login, review.user), evidence.account_numbers
            )


def _is_another(evidence: ApprovalEvidence, login: str, number: int) -> bool:
    return is_another(Actor(login, number), evidence.account_numbers)


def _vouching_note(evidence: ApprovalEvidence) -> str:
    if "" not in evidence.editors:
        return ""
    return ": GitHub vouches only for changes in the browser, and for signed commits"


def _nobody_else(evidence: ApprovalEvidence, approvers: Mapping[str, str]) -> bool:
    """Whether everybody who approved may be the one who changed the choice."""
    if not evidence.editors:
        return False
    others = [login for login in approvers if login not in _folded(evidence.editors)]
    return not others or ("" in evidence.editors and len(approvers) == 1)


def _approvers(evidence: ApprovalEvidence) -> dict[str, str]:
    """Map the logins that said yes to what was merged to their keys."""
    logins = _reviewed(evidence)
    if evidence.merged_by and not _is_another(
        evidence, evidence.merged_by, evidence.merger
    ):
        logins.add(evidence.merged_by.casefold())
    logins.discard(evidence.author.casefold())
    return {
        login: evidence.team[login]
        for login in sorted(logins)
        if login in evidence.team
    }


def _reviewed(evidence: ApprovalEvidence) -> set[str]:
    """List the logins whose review approves what was merged."""
    return {
        login
        for login, review in _latest(evidence).items()
        if review.state == _APPROVED
        and review.commit == evidence.head
        and not _same(login, evidence.author)
    }


def _outdated(evidence: ApprovalEvidence) -> list[str]:
    return [
        review.login
        for login, review in _latest(evidence).items()
        if review.state == _APPROVED
        and review.commit != evidence.head
        and login in evidence.team
        and login not in _approvers(evidence)
    ]


def _latest(evidence: ApprovalEvidence) -> dict[str, Review]:
    """Keep each person's latest opinion; a review without one changes nothing.

    Whoever has taken over a login says nothing in its name.
    """
    latest: dict[str, Review] = {}
    for review in evidence.reviews:
        is_same = not _is_another(evidence, review.login, review.user)
        if is_same and review.state in _OPINIONS:
            latest[review.login.casefold()] = review
    return latest


def _same(login: str, other: str | None) -> bool:
    return other is not None and login.casefold() == other.casefold()


def _folded(logins: frozenset[str]) -> frozenset[str]:
    return frozenset(login.casefold() for login in logins)
