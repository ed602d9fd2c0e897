"""The facts of the story as they stand on a day: what people have written by then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from engine.demo.story import Story
from engine.model import Account, Invoice
from engine.records import KIND_OF
from engine.text.canonical import document
from engine.text.dump import invoice_document
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Fact:
    """A file as it is from a day on, who wrote it, and what they would call it."""

    path: str
    text: bytes
    by: str
    about: str


def facts_of(workspace: Workspace, story: Story) -> tuple[tuple[date, Fact], ...]:
    """List what is written on each day of the story, in order.

    What is dated before the story begins is there on its first day.
    """
    found: list[tuple[date, Fact]] = []
    for id_ in workspace.account_ids():
        account, _ = workspace.account(id_)
        if account:
            found += _account(workspace.root, account, story)
    early = [(max(day, story.starts), fact) for day, fact in found]
    return tuple(sorted(early, key=lambda each: (each[0], each[1].by, each[1].path)))


def _account(root: Path, account: Account, story: Story) -> Iterator[tuple[date, Fact]]:
    owner = account.profile.owner or "dana"
    folder = f"ledger/{account.id}"
    profile = (root / folder / "account.yaml").read_bytes()
    name = account.profile.name
    opened = Fact(f"{folder}/account.yaml", profile, owner, f"Add {name}")
    yield story.starts, opened
    for flagging in story.flaggings:
        if flagging.account == account.id:
            flags = ", ".join(flagging.flags)
            text = profile + f"flags: [{flags}]  # {flagging.because}\n".encode()
            about = f"Flag {name}: {flags}"
            yield flagging.on, replace(opened, text=text, by=flagging.by, about=about)
    for invoice in account.invoices:
        yield from _invoice(folder, invoice, owner)
    for record in account.records:
        path = f"{folder}/records/{record.id}.yaml"
        kind = KIND_OF[type(record)]
        about = f"Note {'an' if kind[0] in 'aeiou' else 'a'} {kind} of {name}"
        text = (root / path).read_bytes()
        yield record.on, Fact(path, text, record.by, about)


def _invoice(folder: str, invoice: Invoice, owner: str) -> Iterator[tuple[date, Fact]]:
    """Write an invoice when it is issued, and again with all that is paid on it."""
    moves = {p.on for p in invoice.payments} | {c.on for c in invoice.credits}
    for day in sorted({invoice.issued, *moves}):
        known = replace(
            invoice,
            payments=tuple(p for p in invoice.payments if p.on <= day),
            credits=tuple(c for c in invoice.credits if c.on <= day),
        )
        text = document(invoice_document(known)).encode()
        did = "Book a payment on" if day in moves else "Issue"
        path = f"{folder}/invoices/{invoice.id}.yaml"
        yield day, Fact(path, text, owner, f"{did} {invoice.id}")


def latest(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Keep the last of several facts about one file."""
    return {fact.path: fact for fact in facts}
