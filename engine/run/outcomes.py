"""Write outcomes to main, whoever else writes there meanwhile."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from goodterms.decision import fold
from goodterms.git import read_files, read_refs
from goodterms.load import load_journal
from goodterms.model.journal import JournalDocument
from goodterms.model.refusal import RefusalError
from goodterms.run.journal_commit import (
    JournalAdditions,
    JournalWriter,
    journal_git_path,
    push_page,
)
from goodterms.run.journal_entries import begun

#: What an outcome needs to know of a claim: ``sent`` is final; that nothing left, or
#: that nobody knows, is only written where nobody has said more.
_SAYS_MORE = {"sent": ("sent",), "failed": ("sent", "failed")}
_KNOWN = ("sent", "failed")

_TRIES = 20

#: An account, and the id of an entry of its journal.
Name: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class OutcomeWriter:
    """Outcomes on their way to main: (account, document), in order.

    ``tip`` is main as last seen, ``lost`` what git said when they could not
    be written; they are then tried again with the next ones.
    """

    journal: JournalWriter
    run: str
    tip: str
    pending: list[tuple[str, JournalDocument]] = field(default_factory=list)
    lost: str = ""

    def flush(self) -> None:
        """Append what is pending; only ``sent`` is written over another outcome."""
        self._write(frozenset())

    def begin(self, names: Collection[Name]) -> Collection[Name]:
        """Write, with what is pending, that these claims are handed over next.

        Returns those that are still this run's; none where that could not be written
        (``lost``): nothing may be handed over then.
        """
        return self._write(frozenset(names))

    def _write(self, names: frozenset[Name]) -> frozenset[Name]:
        self.lost = ""
        try:
            names = self._ours(names)
            for _attempt in range(_TRIES):
                if not self.pending and not names:
                    self.lost = ""
                    return names
                commit, pushed = push_page(self.journal, self.tip, self._page(names))
                if pushed.landed:
                    self.tip, self.lost = commit, ""
                    self.pending.clear()
                    return names
                self.lost = pushed.said
                names = self._look_again(names)
        except RefusalError as error:  # git, or a branch protected meanwhile
            self.lost = str(error)
        return frozenset()

    def _page(self, names: Collection[Name]) -> JournalAdditions:
        documents: dict[str, list[JournalDocument]] = {}
        for account, document in self.pending:
            documents.setdefault(account, []).append(document)
        for account, entry in sorted(names):
            mark = begun(entry, self.journal.when)
            documents.setdefault(account, []).append(mark)
        states = [str(document.state) for _, document in self.pending]
        counts = [f"{states.count(state)} {state}" for state in sorted(set(states))]
        subject = f"Record outcomes: {', '.join(counts) or 'none'}"
        if names:
            subject += f"; begin {len(names)}"
        return JournalAdditions(f"{subject}\n\nRun: {self.run}\n", documents, {})

    def _look_again(self, names: frozenset[Name]) -> frozenset[Name]:
        """Read main anew; drop what others settled, of outcomes and of *names*."""
        self.tip = read_refs(self.journal.repo).main
        latest = self._known(account for account, _ in self.pending)
        self.pending = [
            (account, document)
            for account, document in self.pending
            if _says_more(document, latest.get((account, document.id)))
        ]
        return self._ours(names)

    def _ours(self, names: Collection[Name]) -> frozenset[Name]:
        """Return the claims that are still this run's, on main as last seen."""
        latest = self._known(account for account, _ in names)
        return frozenset(name for name in names if self._is_ours(latest.get(name)))

    def _is_ours(self, claim: JournalDocument | None) -> bool:
        return bool(claim and claim.state == "claimed" and claim.run == self.run)

    def _known(self, accounts: Iterable[str]) -> Mapping[Name, JournalDocument]:
        listed = sorted(set(accounts))
        return {name: doc for account in listed for name, doc in self._at(account)}

    def _at(self, account: str) -> Iterator[tuple[Name, JournalDocument]]:
        path = journal_git_path(self.journal.repo, account)
        data = read_files(self.journal.repo, self.tip, [path]).get(path, b"")
        zone = self.journal.settings.creditor.timezone
        documents, _ = load_journal(data, path, zone)
        for entry in fold(documents or (), date.max):
            yield (account, entry.id), entry.doc


def _says_more(outcome: JournalDocument, document: JournalDocument | None) -> bool:
    state = document.state if document else None
    return state not in _SAYS_MORE.get(outcome.state or "", _KNOWN)
