"""Write outcomes to main, whoever else writes there meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.decision.history import fold
from engine.journal import Document
from engine.load import load_journal
from engine.refusal import RefusalError
from engine.repo import read_files, read_refs
from engine.running.journaling import Page, Pen, journal_path, push_page

#: States after which a claim needs no further outcome.
FINAL = ("sent", "failed")

_TRIES = 20


@dataclass(slots=True)
class Outcomes:
    """Outcomes on their way to main: (account, document), in order.

    ``tip`` is main as last seen, ``lost`` what git said when they could not
    be written; they are then tried again with the next ones.
    """

    pen: Pen
    run: str
    tip: str
    pending: list[tuple[str, Document]] = field(default_factory=list)
    lost: str = ""

    def flush(self) -> None:
        """Append what is pending; a claim that has its outcome gets no second."""
        self.lost = ""
        try:
            self._flush()
        except RefusalError as error:  # git, or a branch protected meanwhile
            self.lost = str(error)

    def _flush(self) -> None:
        for _attempt in range(_TRIES):
            if not self.pending:
                return
            commit, pushed = push_page(self.pen, self.tip, self._page())
            if pushed.landed:
                self.tip = commit
                self.pending.clear()
                return
            self.tip = read_refs(self.pen.repo).main
            self.pending = self._unsettled()
            self.lost = pushed.said

    def _page(self) -> Page:
        documents: dict[str, list[Document]] = {}
        for account, document in self.pending:
            documents.setdefault(account, []).append(document)
        states = [str(document.state) for _, document in self.pending]
        told = ", ".join(
            f"{states.count(state)} {state}" for state in sorted(set(states))
        )
        return Page(f"Record outcomes: {told}\n\nRun: {self.run}\n", documents, {})

    def _unsettled(self) -> list[tuple[str, Document]]:
        accounts = sorted({account for account, _ in self.pending})
        settled = {name for account in accounts for name in self._settled(account)}
        return [
            (account, document)
            for account, document in self.pending
            if (account, document.id) not in settled
        ]

    def _settled(self, account: str) -> Sequence[tuple[str, str]]:
        path = journal_path(self.pen.repo, account)
        data = read_files(self.pen.repo, self.tip, [path]).get(path, b"")
        zone = self.pen.settings.creditor.timezone
        documents, _ = load_journal(data, path, zone)
        return [
            (account, entry.id)
            for entry in fold(documents or (), date.max)
            if entry.doc.state in FINAL
        ]
