"""What journal and decisions say about the policies and the invoices."""

from collections.abc import Iterable, Iterator

from goodterms.load.finding import Finding
from goodterms.load.lookup import Found, Lookup, lost, misfit, unknown
from goodterms.model.journal import (
    INSTALMENT_STEP,
    ChargeRow,
    Decision,
    JournalDocument,
    JournalRow,
)
from goodterms.model.policy import Policy, Step
from goodterms.model.policy_ref import PolicyRef
from goodterms.yaml.places import Path

#: Kinds of entry whose step is a rung of a ladder.
_LADDER = frozenset({"send", "call", "propose"})


def journal_findings(lookup: Lookup) -> Iterator[Found]:
    """Check every document of the journal."""
    kinds: dict[str, str | None] = {}
    for number, document in enumerate(lookup.account.journal):
        kind = kinds.setdefault(document.id, document.kind)
        if not (
            document.policy or document.invoices or document.listed or document.charges
        ):
            continue  # most only say what became of a message
        for finding in _document(lookup, document, kind):
            yield "journal.yaml", number, finding


def _document(
    lookup: Lookup, document: JournalDocument, kind: str | None
) -> Iterator[Finding]:
    ladder = kind in _LADDER
    if document.policy is not None:
        path: Path = ("policy",)
        yield from _policy(lookup, document.policy, path)
        if ladder and document.step is not None:
            yield from _step(lookup, document.policy, document.step, ("step",))
    for key, rows in (("invoices", document.invoices), ("listed", document.listed)):
        for index, row in enumerate(rows or ()):
            yield from _row(lookup, row, (key, index))
            if row.policy is not None:
                yield from _policy(lookup, row.policy, (key, index, "policy"))
            ref = row.policy or document.policy
            if ladder and ref is not None and row.step is not None:
                yield from _step(lookup, ref, row.step, (key, index, "step"))
    for index, claim in enumerate(document.charges or ()):
        yield from _charge_row(lookup, claim, ("charges", index))


def _charge_row(lookup: Lookup, claim: ChargeRow, path: Path) -> Iterator[Finding]:
    invoice = lookup.invoices.get(claim.invoice)
    if invoice is None:
        yield lost((*path, "invoice"), "invoice", claim.invoice)
        return
    yield from misfit((*path, "interest"), claim.interest, invoice.currency)
    yield from misfit((*path, "compensation"), claim.compensation, invoice.currency)


def _row(lookup: Lookup, row: JournalRow, path: Path) -> Iterator[Finding]:
    invoice = lookup.invoices.get(row.id)
    if invoice is None:
        yield lost((*path, "id"), "invoice", row.id)
        return
    for key, amount in (("open", row.open), ("amount", row.amount)):
        if amount is not None:
            yield from misfit((*path, key), amount, invoice.currency)


def _policy(lookup: Lookup, ref: PolicyRef, path: Path) -> Iterator[Finding]:
    if lookup.has_policy(ref) or _successor(lookup, ref):
        return
    yield lost(path, "policy", str(ref))


def _successor(lookup: Lookup, ref: PolicyRef) -> bool:
    """Say whether a later version takes over one that is no longer there."""
    return any(_takes_over(policy, ref) for policy in lookup.book.policies.values())


def _takes_over(policy: Policy, ref: PolicyRef) -> bool:
    if policy.migrates is None:
        return False
    mine = policy.name == ref.name and ref.version in policy.migrates.versions
    return mine or ref in policy.migrates.others


def _step(lookup: Lookup, ref: PolicyRef, step: str, path: Path) -> Iterator[Finding]:
    policy = lookup.book.policies.get(ref)
    if policy is None or step == INSTALMENT_STEP or policy.step(step) is not None:
        return
    if not any(step in renamed for renamed in _renamings(lookup, ref)):
        yield lost(path, "step", step, f" of {ref}")


def _renamings(lookup: Lookup, ref: PolicyRef) -> Iterator[Iterable[str]]:
    for policy in lookup.book.policies.values():
        if policy.migrates is None:
            continue
        names = {policy.name, *(other.name for other in policy.migrates.others)}
        if ref.name in names:
            yield policy.migrates.steps


def decision_findings(lookup: Lookup) -> Iterator[Found]:
    """Check every decision that was merged."""
    for decision in lookup.account.decisions.values():
        for finding in _decision(lookup, decision):
            yield f"decisions/{decision.id}.yaml", 0, finding


def _decision(lookup: Lookup, decision: Decision) -> Iterator[Finding]:
    yield from _policy(lookup, decision.policy, ("policy",))
    for index, row in enumerate(decision.invoices):
        yield from _row(lookup, row, ("invoices", index))
    policy = lookup.book.policies.get(decision.policy)
    if policy is None:
        return
    step = policy.step(decision.step)
    if step is None:
        yield lost(("step",), "step", decision.step, f" of {policy.ref}")
    elif decision.choose not in options(step):
        yield unknown(("choose",), "option", decision.choose, options(step))


def options(step: Step) -> tuple[str, ...]:
    """Return what a proposal of a step may be decided as."""
    return tuple(remedy.name for remedy in step.choose) or ("approve",)
