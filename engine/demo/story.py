"""The facts of the story as they stand on a day: what people have written by then."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from goodterms.model.calendar import parse_date, parse_span
from goodterms.model.ledger import Account, Invoice
from goodterms.model.paths import account_folder
from goodterms.model.records import KIND_OF
from goodterms.workspace.workspace import Workspace
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import invoice_document
from goodterms.yaml.restricted_reader import documents


@dataclass(frozen=True, slots=True)
class StoryFlags:
    """An account gets flags on a day."""

    on: date
    by: str
    account: str
    flags: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """Somebody decides a proposal some days after it was made.

    ``choose`` is the remedy, ``approve`` for the step itself; None declines.
    """

    by: str
    account: str
    step: str
    after: int
    choose: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """When the story begins, how many days it plays, and its events."""

    starts: date
    days: int
    flaggings: tuple[StoryFlags, ...]
    choices: tuple[StoryDecision, ...]


def read_story(file: Path) -> Story:
    """Read ``ledger/_story.yaml``, which ships with the command."""
    (data,) = documents(file.read_bytes(), str(file))
    told = _mapping(data)
    events = [_mapping(event) for event in _items(told["events"])]
    return Story(
        starts=parse_date(str(told["starts"])),
        days=int(str(told["days"])),
        flaggings=tuple(_flagging(event) for event in events if "flags" in event),
        choices=tuple(_choice(event) for event in events if "step" in event),
    )


def _flagging(event: Mapping[str, object]) -> StoryFlags:
    return StoryFlags(
        on=parse_date(str(event["on"])),
        by=str(event["by"]),
        account=str(event["account"]),
        flags=tuple(str(flag) for flag in _items(event["flags"])),
        because=str(event["because"]),
    )


def _choice(event: Mapping[str, object]) -> StoryDecision:
    approved = event.get("approve")
    return StoryDecision(
        by=str(event["by"]),
        account=str(event["account"]),
        step=str(event["step"]),
        after=parse_span(str(event["after"])),
        choose=None if approved is None else str(approved),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("the story is a mapping of events")
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("the story lists its events")
    return value


@dataclass(frozen=True, slots=True)
class DatedFile:
    """A file as it is from a day on, who wrote it, and what they would call it."""

    path: str
    text: bytes
    by: str
    about: str


def facts_of(workspace: Workspace, story: Story) -> tuple[tuple[date, DatedFile], ...]:
    """List what is written on each day of the story, in order.

    What is dated before the story begins is there on its first day.
    """
    found: list[tuple[date, DatedFile]] = []
    for id_ in workspace.account_ids():
        account, _ = workspace.account(id_)
        if account:
            found += _account(workspace.root, account, story)
    early = [(max(day, story.starts), fact) for day, fact in found]
    return tuple(sorted(early, key=lambda each: (each[0], each[1].by, each[1].path)))


def _account(
    root: Path, account: Account, story: Story
) -> Iterator[tuple[date, DatedFile]]:
    owner = account.profile.owner or "dana"
    folder = account_folder(account.id)
    profile = (root / folder / "account.yaml").read_bytes()
    name = account.profile.name
    opened = DatedFile(f"{folder}/account.yaml", profile, owner, f"Add {name}")
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
        yield record.on, DatedFile(path, text, record.by, about)


def _invoice(
    folder: str, invoice: Invoice, owner: str
) -> Iterator[tuple[date, DatedFile]]:
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
        yield day, DatedFile(path, text, owner, f"{did} {invoice.id}")


def latest(facts: Iterable[DatedFile]) -> dict[str, DatedFile]:
    """Keep the last of several facts about one file."""
    return {fact.path: fact for fact in facts}
