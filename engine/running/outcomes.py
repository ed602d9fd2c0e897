"""Write outcomes to main, whoever else writes there meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from engine.decision.history import fold
from engine.journal import Document
from engine.load import load_journal
from engine.refusal import RefusalError
from engine.repo import read_files, read_refs
from engine.running.journaling import Page, Pen, journal_path, push_page

#: What an outcome needs to know of a claim: ``sent`` is final; that nothing left, or
#: that nobody knows, is only written where nobody has said more.
_SAYS_MORE = {"sent": ("sent",), "failed": ("sent", "failed")}
_KNOWN = ("sent", "failed")

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
        """Append what is pending; only ``sent`` is written over another outcome."""
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
        states = {name: state for a in accounts for name, state in self._states(a)}
        return [
            (account, document)
            for account, document in self.pending
            if states.get((account, document.id))
            not in _SAYS_MORE.get(document.state or "", _KNOWN)
        ]

    def _states(self, account: str) -> Iterator[tuple[tuple[str, str], str | None]]:
        path = journal_path(self.pen.repo, account)
        data = read_files(self.pen.repo, self.tip, [path]).get(path, b"")
        zone = self.pen.settings.creditor.timezone
        documents, _ = load_journal(data, path, zone)
        for entry in fold(documents or (), date.max):
            yield (account, entry.id), entry.doc.state
