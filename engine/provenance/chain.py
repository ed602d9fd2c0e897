"""Follow main commit by commit, and see whether kept files are what they were.

A journal is what its beginning and the engine's appends make it. What was there
before the engine's first commit, and what a first commit holds, is its beginning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from goodterms.model.journal import digest_of
from goodterms.model.paths import (
    account_folder,
    account_path,
    decision_path,
    journal_path,
)
from goodterms.provenance.commit_rules import (
    account_of,
    brings_main,
    id_of,
    is_engines,
    sort_of,
)
from goodterms.provenance.decision_effects import approved_in, has_effect, unfounded
from goodterms.provenance.difference import HistoryDifference, compared
from goodterms.provenance.objects import GitObjects, blob_id
from goodterms.provenance.revisions import CommitRevision, FileDelta
from goodterms.yaml.journal_scan import SkimmedDocument


@dataclass(slots=True)
class HistoryChain:
    """What is known at a commit of main: everything else is as it was made.

    ``begun`` says that the engine has written; ``off`` are the files that are not
    right now, ``past`` the departures that were mended. ``left`` are the blobs of files
    that people took away before the engine had written: they may come back. ``cut``
    are the commits at which a shallow clone ends.
    """

    objects: GitObjects
    begun: bool = False
    left: dict[str, str] = field(default_factory=dict)
    off: dict[str, HistoryDifference] = field(default_factory=dict)
    past: list[HistoryDifference] = field(default_factory=list)
    cut: frozenset[str] = frozenset()

    def follow(
        self, revision: CommitRevision, side: Iterable[CommitRevision] = ()
    ) -> None:
        """Go on to a commit of main; *side* are those that it merges, parents first."""
        brought = list(side)
        pending: dict[str, HistoryDifference] = {}
        if brought and brings_main(revision):
            for each in brought:
                if is_engines(each):
                    self._append(each, revision, pending)
        if is_engines(revision):
            self._engine(revision)
        elif not revision.parents:
            # What a shallow clone begins with, the engine has written to.
            self.begun = revision.id in self.cut and any(
                sort_of(delta.path) == "journal" for delta in revision.deltas
            )
        elif not self.begun:
            gone = (each for each in revision.deltas if each.new is None)
            self.left |= {d.path: d.old for d in gone if d.old and sort_of(d.path)}
        elif pending or revision.deltas:
            lenient = any(each.id in self.cut for each in brought)
            self._people(revision, pending, lenient=lenient)

    def _engine(self, revision: CommitRevision) -> None:
        """Judge a commit of the engine's shape: it appends, and adds what it claims."""
        ours: dict[str, Sequence[SkimmedDocument]] = {}
        deltas = {d.path: d for d in revision.deltas if sort_of(d.path)}
        for path in self._moved(revision, deltas):
            deltas.pop(path, None)
        for delta in deltas.values():
            if sort_of(delta.path) == "journal":
                ours[account_of(delta.path)] = self._appended(revision, delta)
        self.begun = self.begun or bool(ours)
        for delta in deltas.values():
            if sort_of(delta.path) == "message":
                self._message(revision, delta, ours.get(account_of(delta.path), ()))
            elif sort_of(delta.path) == "decision":
                self._changed(revision, delta)

    def _appended(
        self, revision: CommitRevision, delta: FileDelta
    ) -> Sequence[SkimmedDocument]:
        known = self.off.get(delta.path)
        added = self.objects.appended(delta.old, delta.new)
        if added is None:
            self._depart(revision, delta)
            return ()
        old, docs = self.objects.text(delta.old), added.documents
        before = self.kept_text(known) if known else old
        why = self._unfounded(revision, delta.path, before, docs)
        if why:
            base = known.kept if known else delta.old or ""
            told = _departure(revision, delta.path, base)
            line = old.count(b"\n") + 1
            told = replace(told, how="unfounded", has=delta.new, line=line, why=why)
            self.off.setdefault(delta.path, told)
        elif known:
            grown = known.grown + added.text.decode(errors="surrogateescape")
            self._update(revision, replace(known, grown=grown), delta.new)
        return docs

    def _unfounded(
        self,
        revision: CommitRevision,
        path: str,
        before: bytes,
        docs: Sequence[SkimmedDocument],
    ) -> str:
        """Say what of these documents no decision led to."""
        account, onto = account_of(path), revision.parents[0]

        def is_there(decision: str) -> bool:
            place = decision_path(account, decision)
            return self.objects.at(onto, place) is not None

        return unfounded(before, docs, is_there)

    def _message(
        self,
        revision: CommitRevision,
        delta: FileDelta,
        docs: Sequence[SkimmedDocument],
    ) -> None:
        claimed = {each.id: each for each in docs if each.state == "claimed"}
        claim = claimed.get(id_of(delta.path))
        if claim is None or delta.new is None:
            self._depart(revision, delta)
        elif claim.text and claim.text != digest_of(self.objects.text(delta.new)):
            told = _departure(revision, delta.path, delta.old)
            told = replace(told, how="unclaimed", has=delta.new, line=1)
            self.off[delta.path] = told
        elif delta.path in self.off:
            self._mended(self.off.pop(delta.path), revision)

    def _append(
        self,
        commit_revision: CommitRevision,
        merge: CommitRevision,
        pending: dict[str, HistoryDifference],
    ) -> None:
        """Take over what the engine wrote on main while a person's copy lay aside."""
        self.begun = True
        for delta in commit_revision.deltas:
            path = delta.path
            if sort_of(path) == "message":
                made = _departure(merge, path, delta.new)
                pending[path] = replace(made, at=commit_revision.id)
                continue
            added = self.objects.appended(delta.old, delta.new)
            known = self.off.get(path) or pending.get(path)
            if known is None:
                base = self.objects.at(merge.parents[0], path)
                known = replace(_departure(merge, path, base), has=base)
            if added is not None and not self._unfounded(
                commit_revision, path, self.kept_text(known), added.documents
            ):
                grown = known.grown + added.text.decode(errors="surrogateescape")
                into = self.off if path in self.off else pending
                into[path] = replace(known, grown=grown)

    def _people(
        self,
        revision: CommitRevision,
        pending: Mapping[str, HistoryDifference],
        *,
        lenient: bool,
    ) -> None:
        """Judge anybody else's commit: kept files stay, or move with their folder."""
        deltas = {d.path: d for d in revision.deltas if sort_of(d.path)}
        for path, known in pending.items():
            if path not in self.off:
                self.off[path] = known
                now = self.objects.at(revision.id, path)
                deltas.setdefault(path, FileDelta(path, known.has, now))
        for path in self._moved(revision, deltas):
            deltas.pop(path, None)
        for delta in deltas.values():
            self._changed(revision, delta)
            known_now = self.off.get(delta.path)
            if lenient and known_now and known_now.how == "added":
                self.off.pop(delta.path)  # what came before is not in this clone

    def _changed(self, revision: CommitRevision, delta: FileDelta) -> None:
        path, sort = delta.path, sort_of(delta.path)
        if path in self.off:
            self._update(revision, self.off[path], delta.new)
        elif delta.old is None and delta.new and self.left.get(path) == delta.new:
            del self.left[path]
        elif delta.old is None:
            empty = sort == "journal" and not self.objects.text(delta.new).strip()
            if sort != "decision" and not empty:
                self._depart(revision, delta)
        elif sort != "decision":
            self._depart(revision, delta)
        else:
            self._decision(revision, delta)

    def _decision(self, revision: CommitRevision, delta: FileDelta) -> None:
        """Judge a changed decision: one that was approved says what it said.

        Until it has been carried out its approval may be taken back.
        """
        journal, decision = self._journal(revision, delta.path), id_of(delta.path)
        done = has_effect(journal, decision)
        if done or (delta.new and decision in approved_in(journal)):
            self._depart(revision, delta, holds=done)

    def _journal(self, revision: CommitRevision, path: str) -> bytes:
        """Return what the journal beside a file was before a commit, or has to be."""
        path = journal_path(account_of(path))
        known = self.off.get(path)
        if known:
            return self.kept_text(known)
        return self.objects.text(self.objects.at(revision.parents[0], path))

    def _moved(
        self, revision: CommitRevision, deltas: Mapping[str, FileDelta]
    ) -> set[str]:
        """Let the files of accounts that moved be what they were; returns all paths.

        A folder has moved where its journal came to another and nothing is left of
        the account itself; what did not come along with the journal departs there.
        """
        moved: set[str] = set()
        for origin, target in self._targets(revision, deltas).items():
            was, now = (f"{account_folder(name)}/" for name in (origin, target))
            paths = [p for p, d in deltas.items() if d.new is None]
            paths += [p for p, d in self.off.items() if d.has is None]
            for path in sorted({p for p in paths if p.startswith(was)} - moved):
                if path not in self.off and not self._stays(revision, path):
                    continue
                known = self.off.pop(path, None)
                known = known or _departure(revision, path, deltas[path].old)
                to = now + path.removeprefix(was)
                self.off.pop(to, None)
                moved |= {path, to}
                has = self._has(revision, to)
                if (has or "") != self.kept_id(known):
                    self._update(revision, replace(known, path=to), has)
        return moved

    def _targets(
        self, revision: CommitRevision, deltas: Mapping[str, FileDelta]
    ) -> Mapping[str, str]:
        """Say where the files of accounts went that are gone with this commit.

        The journal tells, as it was or much like it; else any other kept file.
        """
        came = {d.path: d.new for d in deltas.values() if d.old is None and d.new}
        came |= {p: d.has for p, d in self.off.items() if d.has and not d.kept}
        gone = {p: {d.kept, self.kept_id(d)} for p, d in self.off.items() if not d.has}
        lost = {p: d.old for p, d in deltas.items() if d.old and not d.new}
        gone |= {p: {id_, *gone.get(p, ())} for p, id_ in lost.items()}
        if not came or not gone:
            return {}
        same = {(_base(p), i): account_of(p) for p, i in came.items()}
        found: dict[str, str] = {}
        for path in sorted(gone, key=lambda path: sort_of(path) != "journal"):
            account = account_of(path)
            if account in found:
                continue
            told = (same.get((_base(path), i), "") for i in gone[path])
            to = next(filter(None, told), "") or self._near(lost.get(path), path, came)
            if to and self._is_gone(revision, account):
                has = self._has(revision, journal_path(to))
                if not has or journal_path(to) in came:
                    found[account] = to
        return found

    def _near(self, old: str | None, path: str, came: Mapping[str, str]) -> str:
        """Find the account that a journal went to and was changed, "" for none."""
        if sort_of(path) != "journal" or old is None:
            return ""
        near = {
            _alike(self.objects.text(old), self.objects.text(id_)): account_of(each)
            for each, id_ in sorted(came.items(), reverse=True)
            if sort_of(each) == "journal"
        }
        most = max(near, default=0)
        return near[most] if most > 1 else ""  # every journal begins with ---

    def _is_gone(self, revision: CommitRevision, account: str) -> bool:
        """Whether a commit has no account of that id."""
        return self._has(revision, account_path(account)) is None

    def _has(self, revision: CommitRevision, path: str) -> str | None:
        """Return the id of what a commit, or the checkout, has at a path."""
        for delta in revision.deltas:
            if delta.path == path:
                return delta.new
        return self.objects.at(revision.parents[0], path)

    def _stays(self, revision: CommitRevision, path: str) -> bool:
        """Whether a file has to be kept: a decision only once it was carried out."""
        if sort_of(path) != "decision":
            return True
        return has_effect(self._journal(revision, path), id_of(path))

    def _depart(
        self, revision: CommitRevision, delta: FileDelta, *, holds: bool = True
    ) -> None:
        path, old = delta.path, delta.old
        known = _departure(revision, path, old)
        known = replace(known, has=old, holds=holds)
        self._update(revision, known, delta.new)

    def _update(
        self,
        revision: CommitRevision,
        difference: HistoryDifference,
        has: str | None,
    ) -> None:
        """Note how a file stands that is not, or was not, what it was made as."""
        if (has or "") == self.kept_id(difference):
            self.off.pop(difference.path, None)
            if difference.how:
                self._mended(difference, revision)
            return
        now = None if has is None else self.objects.text(has)
        how, line = compared(self.kept_text(difference), now)
        if difference.why and now is not None:
            how, line = difference.how, difference.line
        self.off[difference.path] = difference.now(has, how, line)

    def _mended(self, difference: HistoryDifference, revision: CommitRevision) -> None:
        self.past.append(replace(difference, mended=revision.id))

    def kept_text(self, difference: HistoryDifference) -> bytes:
        """Return what belongs there: what was made, and what was appended since."""
        base = self.objects.text(difference.kept)
        if difference.grown and base and not base.endswith(b"\n"):
            base += b"\n"
        return base + difference.grown.encode(errors="surrogateescape")

    def kept_id(self, difference: HistoryDifference) -> str:
        """Return the id of what belongs there, "" for nothing."""
        if not difference.grown:
            return difference.kept
        like = difference.kept or difference.has or difference.commit
        return blob_id(self.kept_text(difference), like)


def _departure(
    revision: CommitRevision, path: str, kept: str | None
) -> HistoryDifference:
    """Begin to tell of a departure: its commit's parent has what belongs there."""
    return HistoryDifference(
        path, revision.id, "", kept or "", path, at=revision.parents[0]
    )


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _alike(one: bytes, other: bytes) -> int:
    """Return how many whole lines two journals begin with alike."""
    count = 0
    for mine, its in zip(one.splitlines(), other.splitlines(), strict=False):
        if mine != its:
            return count
        count += 1
    return count
