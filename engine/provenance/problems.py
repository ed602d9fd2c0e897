"""Say what does not stand, and the way back that loses nothing."""

from collections.abc import Iterable
from shlex import quote

from goodterms.model.problem import Place, Problem
from goodterms.provenance.commit_rules import account_of, sort_of
from goodterms.provenance.difference import HistoryDifference
from goodterms.provenance.verify import VerifyResult

#: The rule of what is not as the engine, or a decision, left it.
ALTERED = "altered"

_HOW = {
    "removed": "took it away",
    "emptied": "emptied it",
    "cut": "cut off what the engine wrote",
    "added": "added lines that the engine did not write",
    "edited": "changed what the engine wrote",
    "brought": "brought it, and nobody but the engine writes it",
    "lost": "this lacks what the engine wrote",
    "unfounded": "added what no decision led to",
    "unclaimed": "brought another text than the one that was claimed",
}
_SHORT = 12


def altered(verified: VerifyResult) -> tuple[Problem, ...]:
    """Say what is not right now, which keeps accounts out, and what was not seen."""
    found = [problem(each) for each in verified.departures]
    found += [shallow(verified.cut)] if verified.cut else []
    if verified.unseen:
        what = f"what was written before was not verified: {verified.unseen}"
        found.append(Problem(Place("ledger"), what, "", "warning", "unverified"))
    return tuple(found)


def held(verified: VerifyResult) -> dict[str, tuple[Problem, ...]]:
    """Return what keeps accounts out, by account."""
    found: dict[str, tuple[Problem, ...]] = {}
    for each in verified.departures:
        if not each.holds:
            continue
        account = account_of(each.path)
        found[account] = (*found.get(account, ()), problem(each))
    return found


def problem(difference: HistoryDifference) -> Problem:
    """Say where a file is not what it was made as, who did it, and the way back."""
    why = f": {difference.why}" if difference.why and difference.how != "left" else ""
    what = f"{_who(difference)} {_what(difference)}{why}"
    if difference.holds:
        what += "; nothing is sent to this account meanwhile"
    place = Place(_shown(difference.path), difference.line)
    return Problem(place, what, _shown(way_out(difference)), rule=ALTERED)


def mended(difference: HistoryDifference) -> Problem:
    """Tell of what was put right since."""
    mended_by = _commit(difference.mended)
    what = f"{_who(difference)} {_what(difference)}; {mended_by} put it right"
    place = Place(_shown(difference.path))
    return Problem(place, what, severity="warning", rule="altered-once")


def shallow(cut: Iterable[str]) -> Problem:
    """Say what a shallow clone cannot show."""
    first = next(iter(cut))
    what = f"this clone is shallow: what lies before {_commit(first)} was not verified"
    hint = "fetch the rest: git fetch --unshallow"
    return Problem(Place("ledger"), what, hint, "warning", "shallow")


def way_out(difference: HistoryDifference) -> str:
    """Say how to put it right without losing what the engine wrote since."""
    if difference.is_beside:
        then = "write what was sent about it before as records of kind 'contact'"
        return f"{then}: {command(difference)}"
    if (
        not difference.kept
        and not difference.grown
        and sort_of(difference.path) == "journal"
    ):
        then = "write what was sent before as records of kind 'contact', then take it"
        return f"{then} out and commit: {command(difference)}"
    does = (
        "bring back what belongs there"
        if difference.kept or difference.grown
        else "take it out"
    )
    return f"{does} and commit it: {command(difference)}"


def command(difference: HistoryDifference) -> str:
    """Return the command that puts a file right, to be committed afterwards."""
    path = quote(difference.path)
    if difference.is_beside:
        who = f"{account_of(difference.path)} --invoice {difference.why}"
        return f"goodterms record contact {who} --step STEP --on DAY --by NAME"
    if difference.grown:
        return "goodterms verify --history --restore"
    if not difference.kept:
        return f"git rm {path}"
    before = difference.at[:_SHORT]
    if difference.source != difference.path:
        old = quote(f"{before}:./{difference.source}")
        return f"git show {old} > {path}"
    return f"git checkout {before} -- {path}"


def _shown(text: str) -> str:
    """Return text with what is no UTF-8 in a file's name made harmless."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _who(difference: HistoryDifference) -> str:
    if difference.how == "lost":
        return "main was moved back or rewritten:"
    return (
        _commit(difference.commit) if difference.commit else "what is not committed yet"
    )


def _what(difference: HistoryDifference) -> str:
    if difference.is_beside:
        return (
            f"took {difference.source} away, and nothing here tells of {difference.why}"
        )
    if difference.how == "left" or _is_left(difference):
        return f"moved this account and left its past at {difference.source}"
    if sort_of(difference.path) == "decision" and difference.how != "removed":
        return "changed what was decided"
    return _HOW[difference.how]


def _is_left(difference: HistoryDifference) -> bool:
    return difference.how == "removed" and difference.source != difference.path


def _commit(id_: str) -> str:
    return f"commit {id_[:_SHORT]}"
