"""The file of a proposal: its text, and the one line that a person may edit."""

import re
from collections.abc import Iterable

from goodterms.model.journal import Decision
from goodterms.model.policy import Remedy
from goodterms.yaml.canonical_writer import document
from goodterms.yaml.ledger_documents import decision_document

_CHOOSE = re.compile(rb"^choose:[^\n]*$", re.MULTILINE)


def branch_of(account: str, decision: str) -> str:
    """Return the branch that carries a proposal."""
    return f"goodterms/{account}/{decision}"


def decision_text(decision: Decision, options: Iterable[Remedy]) -> str:
    """Write a proposal's file; a step with options lists them above ``choose``."""
    text = document(decision_document(decision))
    listed = "".join(f"#   {remedy.name}: {_means(remedy)}\n" for remedy in options)
    comment = f"# one of these, and the only line to edit:\n{listed}" if listed else ""
    return text.replace("\nchoose:", f"\n{comment}choose:", 1)


def only_choice_differs(proposed: bytes, edited: bytes) -> bool:
    """Whether a file is the one proposed but for the line ``choose``."""
    return _CHOOSE.sub(b"choose:", proposed) == _CHOOSE.sub(b"choose:", edited)


def edit_flaw(proposed: bytes, edited: bytes, choices: Iterable[str]) -> str:
    """Say why a file could not be approved as it was edited, "" where it could."""
    if not only_choice_differs(proposed, edited):
        return "its file says other things than were proposed"
    flaw = choice_flaw(edited, choices)
    return f"its file {flaw}" if flaw else ""


def choice_flaw(text: bytes, choices: Iterable[str]) -> str:
    """Say what is wrong with a file's choice, as what the file does; "" for nothing."""
    allowed, chosen = tuple(choices), choice(text)
    if chosen in allowed:
        return ""
    return f"chooses '{chosen}', and the step offers {', '.join(allowed)}"


def with_choice(text: bytes, choose: str) -> bytes:
    """Return the file with another remedy chosen."""
    return _CHOOSE.sub(f"choose: {choose}".encode(), text, count=1)


def choice(text: bytes) -> str:
    """Return what a file chooses, "" where it has no such line."""
    match = _CHOOSE.search(text)
    return match[0].partition(b":")[2].decode(errors="replace").strip() if match else ""


def _means(remedy: Remedy) -> str:
    parts = []
    if remedy.pause is not None:
        parts.append(f"wait {remedy.pause} days")
    if remedy.offer:
        parts.append(f"offer {remedy.offer}")
    if remedy.place_with:
        parts.append(f"place with {remedy.place_with}")
    if remedy.credit_hold:
        parts.append("credit hold")
    if remedy.write_off:
        parts.append("write off")
    return ", ".join(parts) or "as its name says"
