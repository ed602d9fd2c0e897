"""What came of the story: counted from the journals that it left."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from goodterms.decision import JournalEntry, fold
from goodterms.git.command import git
from goodterms.model.refusal import RefusalError
from goodterms.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The figures of a story, and what there is to look at.

    ``sent`` counts messages by step. ``open`` are the proposals that still
    wait; ``letter`` the last message that is worth opening in a browser.
    """

    accounts: int
    commits: int
    sent: Counter[str]
    calls: int
    proposals: int
    open: tuple[str, ...]
    letter: Path | None


def played(folder: Path) -> DemoResult:
    """Count what happened in a repository that a story was played in."""
    workspace, _ = Workspace.open(folder)
    if workspace is None:
        raise RefusalError(f"'{folder}' holds no story")
    entries: list[tuple[str, JournalEntry]] = []
    ids = workspace.account_ids()
    for id_ in ids:
        account, _ = workspace.account(id_)
        found = fold(account.journal, date.max) if account else ()
        entries += [(id_, entry) for entry in found]
    letters = sorted((folder / "outbox").rglob("*.html"))
    asked = [(id_, e) for id_, e in entries if e.doc.kind == "propose"]
    return DemoResult(
        accounts=len(ids),
        commits=int(git(folder, "rev-list", "--count", "main")),
        sent=Counter(e.doc.step or "" for _, e in entries if e.is_contact),
        calls=sum(e.doc.kind == "call" for _, e in entries),
        proposals=len(asked),
        open=tuple(f"{id_}/{e.id}" for id_, e in asked if e.doc.state == "proposed"),
        letter=letters[-1] if letters else None,
    )
