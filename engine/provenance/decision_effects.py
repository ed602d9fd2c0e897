"""A decision and its effect belong together: neither is written without the other."""

from collections.abc import Callable, Sequence

from goodterms.yaml.journal_scan import SkimmedDocument, written

#: Kinds that nothing but an approved decision leads to.
_BY_DECISION = frozenset({"write-off", "place", "hold"})

#: States of a proposal that take back its approval.
_NO = frozenset({"proposed", "declined", "expired", "void"})


def approved_in(journal: bytes) -> frozenset[str]:
    """Return the decisions that a journal says are approved, and not given up since."""
    return frozenset(_after(set(), written(journal)))


def has_effect(journal: bytes, decision: str) -> bool:
    """Whether a journal has an entry that carried a decision out."""
    told = written(journal)
    deeds = {each.id for each in told if each.decision == decision}
    return any(each.id in deeds and each.state == "sent" for each in told)


def needed(added: Sequence[SkimmedDocument]) -> list[str]:
    """List the decisions whose files have to be on main before this is written."""
    approved = [each.id for each in added if each.state == "approved"]
    return [*approved, *(each.decision for each in added if each.decision)]


def unfounded(
    before: bytes, added: Sequence[SkimmedDocument], is_there: Callable[[str], bool]
) -> str:
    """Say what of the added entries no decision led to, "" where nothing is wrong.

    *is_there* tells whether the file of a decision was on main right before.
    """
    telling = [each for each in added if _tells(each)]
    if not telling:
        return ""
    approved = set(approved_in(before))
    for each in telling:
        decision = each.id if each.state == "approved" else each.decision
        if not decision:
            if each.kind in _BY_DECISION:
                return f"{each.kind} '{each.id}' names no decision"
        elif each.state != "approved" and decision not in approved:
            return f"'{each.id}' carries out '{decision}', which is not approved"
        elif not is_there(decision):
            return f"decision '{decision}' was not on main"
        _after(approved, [each])
    return ""


def _tells(skimmed_document: SkimmedDocument) -> bool:
    known = skimmed_document.state == "approved" or skimmed_document.state in _NO
    return (
        known
        or bool(skimmed_document.decision)
        or skimmed_document.kind in _BY_DECISION
    )


def _after(approved: set[str], told: Sequence[SkimmedDocument]) -> set[str]:
    for each in told:
        if each.state == "approved":
            approved.add(each.id)
        elif each.state in _NO:
            approved.discard(each.id)
    return approved
