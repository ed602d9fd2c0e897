"""Add payments and credits to the file of an invoice without touching what it says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from goodterms.load.invoice import load_invoice
from goodterms.load.load_file import Problems
from goodterms.model.ledger import Credit, Payment
from goodterms.model.problem import Place, Problem
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import credit_document, payment_document

_ITEM = re.compile(r"( *)- ")
_NEXT_KEY = re.compile(r"[^\s#-]")


def grown(
    data: bytes,
    file: str,
    payments: Sequence[Payment] = (),
    credits_: Sequence[Credit] = (),
    note: str = "",
) -> tuple[str | None, Problems]:
    """Return an invoice's file with payments and credits added at the end of its lists.

    What the file says stays, to the character: lines come in, and are read back
    before anybody sees them. ``note`` is a comment (``# …``) behind each of them.
    None, and why, where the file cannot be read or has no list to add to.
    """
    before, problems = load_invoice(data, file)
    if before is None:
        return None, problems
    text = data.decode()
    if payments:
        text = _with(text, "payments", [payment_document(p) for p in payments], note)
    if credits_:
        text = _with(text, "credits", [credit_document(c) for c in credits_], note)
    wanted = replace(
        before,
        payments=(*before.payments, *payments),
        credits=(*before.credits, *credits_),
    )
    after, _ = load_invoice(text.encode(), file)
    if after != wanted:
        lacking: list[Payment | Credit] = [*payments, *credits_]
        return None, (_by_hand(file, "payments" if payments else "credits", lacking),)
    return text, ()


def _with(text: str, key: str, items: Sequence[Mapping[str, object]], note: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.removesuffix(newline).split(newline)
    opens = re.compile(rf"({key}:)[ \t]*(\[[ \t]*\])?[ \t]*(#.*)?")
    start = next((n for n, line in enumerate(lines) if opens.fullmatch(line)), None)
    if start is None:
        return newline.join([*lines, f"{key}:", *_items(key, items, "  ", note), ""])
    lines[start] = re.sub(r":[ \t]*\[[ \t]*\]", ":", lines[start], count=1)
    rest = range(start + 1, len(lines))
    end = next((n for n in rest if _NEXT_KEY.match(lines[n])), len(lines))
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    first = next((_ITEM.match(line) for line in lines[start + 1 : end]), None)
    added = _items(key, items, first[1] if first else "  ", note)
    return newline.join([*lines[:end], *added, *lines[end:], ""])


def _items(
    key: str, items: Sequence[Mapping[str, object]], indent: str, note: str
) -> list[str]:
    """Write the items of a list, as ``dump`` does."""
    written: list[str] = []
    for item in items:
        lines = document({key: [item]}).splitlines()[1:]
        written += [indent + line[2:] for line in lines]
        written[-1] += f"  {note}" if note else ""
    return written


def _by_hand(file: str, key: str, lacking: Sequence[Payment | Credit]) -> Problem:
    listed = ", ".join(f"{item.amount} on {item.on}" for item in lacking)
    fault = f"the file has no list of {key} that a line can be added to: {listed}"
    hint = f"write '{key}:' with '- {{on: …, amount: …}}' lines, and do it again"
    return Problem(Place(file), fault, hint, rule=f"no-{key}-list")
