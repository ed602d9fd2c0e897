"""Say what does not stand, and the way back that loses nothing."""

from collections.abc import Iterable
from shlex import quote

from engine.problem import Place, Problem
from engine.provenance.departure import Departure
from engine.provenance.shape import account_of, sort_of
from engine.provenance.verify import Verified

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


def altered(verified: Verified) -> tuple[Problem, ...]:
    """Say what is not right now, which keeps accounts out, and what was not seen."""
    found = [problem(each) for each in verified.departures]
    found += [shallow(verified.cut)] if verified.cut else []
    if verified.unseen:
        what = f"what was written before was not verified: {verified.unseen}"
        found.append(Problem(Place("ledger"), what, "", "warning", "unverified"))
    return tuple(found)


def held(verified: Verified) -> dict[str, tuple[Problem, ...]]:
    """Return what keeps accounts out, by account."""
    found: dict[str, tuple[Problem, ...]] = {}
    for each in verified.departures:
        if not each.holds:
            continue
        account = account_of(each.path)
        found[account] = (*found.get(account, ()), problem(each))
    return found


def problem(each: Departure) -> Problem:
    """Say where a file is not what it was made as, who did it, and the way back."""
    why = f": {each.why}" if each.why and each.how != "left" else ""
    what = f"{_who(each)} {_what(each)}{why}"
    if each.holds:
        what += "; nothing is sent to this account meanwhile"
    place = Place(_shown(each.path), each.line)
    return Problem(place, what, _shown(way_out(each)), rule=ALTERED)


def mended(each: Departure) -> Problem:
    """Tell of what was put right since."""
    what = f"{_who(each)} {_what(each)}; {_commit(each.mended)} put it right"
    place = Place(_shown(each.path))
    return Problem(place, what, severity="warning", rule="altered-once")


def shallow(cut: Iterable[str]) -> Problem:
    """Say what a shallow clone cannot show."""
    first = next(iter(cut))
    what = f"this clone is shallow: what lies before {_commit(first)} was not verified"
    hint = "fetch the rest: git fetch --unshallow"
    return Problem(Place("ledger"), what, hint, "warning", "shallow")


def way_out(each: Departure) -> str:
    """Say how to put it right without losing what the engine wrote since."""
    if each.is_beside:
        then = "write what was sent about it before as records of kind 'contact'"
        return f"{then}: {command(each)}"
    if not each.kept and not each.grown and sort_of(each.path) == "journal":
        then = "write what was sent before as records of kind 'contact', then take it"
        return f"{then} out and commit: {command(each)}"
    does = "bring back what belongs there" if each.kept or each.grown else "take it out"
    return f"{does} and commit it: {command(each)}"


def command(each: Departure) -> str:
    """Return the command that puts a file right, to be committed afterwards."""
    path = quote(each.path)
    if each.is_beside:
        who = f"{account_of(each.path)} --invoice {each.why}"
        return f"goodterms record contact {who} --step STEP --on DAY --by NAME"
    if each.grown:
        return "goodterms verify --history --restore"
    if not each.kept:
        return f"git rm {path}"
    before = each.at[:_SHORT]
    if each.source != each.path:
        old = quote(f"{before}:./{each.source}")
        return f"git show {old} > {path}"
    return f"git checkout {before} -- {path}"


def _shown(text: str) -> str:
    """Return text with what is no UTF-8 in a file's name made harmless."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _who(each: Departure) -> str:
    if each.how == "lost":
        return "main was moved back or rewritten:"
    return _commit(each.commit) if each.commit else "what is not committed yet"


def _what(each: Departure) -> str:
    if each.is_beside:
        return f"took {each.source} away, and nothing here tells of {each.why}"
    if each.how == "left" or _is_left(each):
        return f"moved this account and left its past at {each.source}"
    if sort_of(each.path) == "decision" and each.how != "removed":
        return "changed what was decided"
    return _HOW[each.how]


def _is_left(each: Departure) -> bool:
    return each.how == "removed" and each.source != each.path


def _commit(id_: str) -> str:
    return f"commit {id_[:_SHORT]}"
