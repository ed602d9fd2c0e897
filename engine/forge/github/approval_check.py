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
    found: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEvidence:
    """All that counts about a decision that is on main.

    ``team`` maps logins, in small letters, to keys of the team that may approve,
    as goodterms.yaml had it on main right before. ``by_merge`` says that the
    merge of the pull request brought the file, and nobody touched it since;
    ``others`` are further files that came with it. ``same_policy`` says that the
    policy that asks is as it was then. ``editors`` are the logins that may be
    behind the last change of the file by somebody else than the engine, "" for
    one that GitHub does not vouch for. ``known`` maps logins to the numbers of
    the accounts that had them when first seen; another account is nobody. ``noes``
    are members who had said no in words before the merge, with the command, ``stops``
    those who did since; ``because`` is what whoever chose in words gave as a reason.
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
    noes: Mapping[str, str] = field(default_factory=dict)
    stops: Mapping[str, str] = field(default_factory=dict)
    because: str | None = None
    merger: int = 0
    known: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """Who approved what; or, with ``why``, all the reasons that nobody did."""

    by: tuple[str, ...]
    choose: str
    why: tuple[str, ...] = ()


def judge(seen: ApprovalEvidence) -> ApprovalResult:
    """Say whether a merged pull request approves what its file says.

    The merging person and every review counted are on the list; as many
    distinct people as the step needs approved the commit that was merged, by
    merging it or by their latest review of it; whoever opened it does not
    count, and whoever changed the choice is not the only one. A choice that was
    changed by somebody who is not of the team needs a review: a merge may be
    older than the change. The file is the one proposed but for ``choose``, and main
    has what was reviewed.
    """
    why = tuple(_reasons(seen))
    return ApprovalResult(
        () if why else tuple(sorted(_approvers(seen).values())),
        choice(seen.texts.merged or b""),
        why,
    )


def counted(seen: ApprovalEvidence) -> tuple[Review, ...]:
    """List the reviews that approved what was merged, one for each person."""
    said = _reviewed(seen) & seen.team.keys()
    return tuple(r for login, r in sorted(_latest(seen).items()) if login in said)


def _reasons(seen: ApprovalEvidence) -> Iterator[str]:
    yield from _origin(seen)
    yield from _content(seen)
    yield from _date(seen)
    if seen.approval is None:
        yield "its policy has no such step, or it needs no approval"
        return
    yield from _merger(seen, seen.approval)
    yield from _objections(seen)
    yield from _number(seen, seen.approval)
    yield from _looked(seen, seen.approval)


def _origin(seen: ApprovalEvidence) -> Iterator[str]:
    """Doubt what did not come by its own pull request, and alone."""
    if not seen.by_merge:
        yield "it did not come to main by the merge of its pull request, and only so"
    if seen.others:
        named = ", ".join(seen.others[:3]) + (" …" if seen.others[3:] else "")
        yield f"its pull request changed more than the decision: {named}"
    if not seen.same_policy:
        yield "its policy is not what it was when it was merged"


def _content(seen: ApprovalEvidence) -> Iterator[str]:
    texts = seen.texts
    if texts.reviewed is None or texts.merged != texts.reviewed:
        yield "what was merged is not what was reviewed"
    if texts.found != texts.merged:
        yield "it was changed after it came to main"
    if texts.merged is None:
        return
    if texts.proposed is None or not seen.facts:
        yield "the journal does not say what was proposed"
        return
    if not only_choice_differs(texts.proposed, texts.merged):
        yield "it says other things than were proposed"
    elif f"\nfacts: {seen.facts}\n".encode() not in texts.merged:
        yield "its facts are not those of the journal"
    elif flaw := choice_flaw(texts.merged, seen.choices):
        yield f"it {flaw}"


def _date(seen: ApprovalEvidence) -> Iterator[str]:
    if seen.merged_on is None:
        yield "nobody knows when it was merged"
    elif seen.merged_on > seen.expires:
        yield f"it was merged on {seen.merged_on}, and expired on {seen.expires}"


def _merger(seen: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    if seen.merged_by is None:
        yield "nobody knows who merged it"
    elif _is_another(seen, seen.merged_by, seen.merger):
        yield another_words(Actor(seen.merged_by, seen.merger), seen.known)
    elif _same(seen.merged_by, seen.author):
        yield f"'{seen.merged_by}' merged what they had opened themselves"
    elif seen.merged_by.casefold() not in seen.team:
        yield f"it was merged by '{seen.merged_by}', who is not in {approval.by}"


def _objections(seen: ApprovalEvidence) -> Iterator[str]:
    for login, review in _latest(seen).items():
        objects = review.state == _CHANGES and login in seen.team
        if objects and not _same(login, seen.merged_by):
            yield f"'{review.login}' asked for changes"
    for login, verb in sorted(seen.noes.items()):
        if not _same(login, seen.merged_by):
            yield f"'{login}' had written /{verb} before it was merged"
    for login, verb in sorted(seen.stops.items()):
        yield (
            f"'{login}' wrote /{verb} after it was merged, and before it was carried"
            " out; whoever takes that back deletes the comment"
        )


def _number(seen: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    """Count distinct people; two keys of one login are one."""
    found = _approvers(seen)
    if not approval.count or len(found) < approval.count:
        members = f"{len(found)} of {approval.count} members of {approval.by}"
        late = ", ".join(f"'{login}'" for login in sorted(_outdated(seen)))
        stale = f"; the approval of {late} is of an earlier commit" if late else ""
        yield f"{members} approved it as it was merged{stale}"
        yield from _taken_over(seen)
    elif _nobody_else(seen, found):
        who = next(iter(found.values()))
        yield f"{who} alone approved it, and may have changed the choice{_whose(seen)}"


def _looked(seen: ApprovalEvidence, approval: Approval) -> Iterator[str]:
    """Doubt that anybody of the team has seen a choice that another one made.

    A merge may be ordered before the change: by auto-merge, in a merge queue. So
    it vouches for the choice only where a member made it; a review names what it
    is of.
    """
    editors = _folded(seen.editors)
    if editors <= seen.team.keys() or _reviewed(seen) & seen.team.keys():
        return
    named = ", ".join(f"'{each}'" for each in sorted(seen.editors - {""}))
    who = f"{named}, who is not in {approval.by}" if "" not in editors else ""
    yield (
        f"its choice was changed by {who or 'somebody whom GitHub does not vouch for'},"
        f" maybe after it was to be merged, and no review of {approval.by} approves it"
        " as it is: approve it in a review, then merge"
    )


def _taken_over(seen: ApprovalEvidence) -> Iterator[str]:
    """Name reviews that do not count because their login has changed hands."""
    for review in seen.reviews:
        in_team = review.login.casefold() in seen.team
        if in_team and _is_another(seen, review.login, review.user):
            yield another_words(Actor(review.login, review.user), seen.known)


def _is_another(seen: ApprovalEvidence, login: str, number: int) -> bool:
    return is_another(Actor(login, number), seen.known)


def _whose(seen: ApprovalEvidence) -> str:
    if "" not in seen.editors:
        return ""
    return ": GitHub vouches only for changes in the browser, and for signed commits"


def _nobody_else(seen: ApprovalEvidence, found: Mapping[str, str]) -> bool:
    """Whether everybody who approved may be the one who changed the choice."""
    if not seen.editors:
        return False
    others = [login for login in found if login not in _folded(seen.editors)]
    return not others or ("" in seen.editors and len(found) == 1)


def _approvers(seen: ApprovalEvidence) -> dict[str, str]:
    """Map the logins that said yes to what was merged to their keys."""
    said = _reviewed(seen)
    if seen.merged_by and not _is_another(seen, seen.merged_by, seen.merger):
        said.add(seen.merged_by.casefold())
    said.discard(seen.author.casefold())
    return {login: seen.team[login] for login in sorted(said) if login in seen.team}


def _reviewed(seen: ApprovalEvidence) -> set[str]:
    """List the logins whose review approves what was merged."""
    return {
        login
        for login, review in _latest(seen).items()
        if review.state == _APPROVED
        and review.commit == seen.head
        and not _same(login, seen.author)
    }


def _outdated(seen: ApprovalEvidence) -> list[str]:
    return [
        review.login
        for login, review in _latest(seen).items()
        if review.state == _APPROVED
        and review.commit != seen.head
        and login in seen.team
        and login not in _approvers(seen)
    ]


def _latest(seen: ApprovalEvidence) -> dict[str, Review]:
    """Keep each person's last word; a later comment takes nothing back.

    Whoever has taken over a login says nothing in its name.
    """
    found: dict[str, Review] = {}
    for review in seen.reviews:
        theirs = not _is_another(seen, review.login, review.user)
        if theirs and review.state in _OPINIONS:
            found[review.login.casefold()] = review
    return found


def _same(login: str, other: str | None) -> bool:
    return other is not None and login.casefold() == other.casefold()


def _folded(logins: frozenset[str]) -> frozenset[str]:
    return frozenset(login.casefold() for login in logins)
