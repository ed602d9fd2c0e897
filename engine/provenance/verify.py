"""Verify that what the engine wrote still stands, on main and in the checkout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from goodterms.git import Repo, is_ancestor
from goodterms.git.command import git, line
from goodterms.git.refs import LOST, WRITTEN
from goodterms.model.paths import account_folder, decision_path
from goodterms.provenance.chain import HistoryChain
from goodterms.provenance.commit_rules import account_of, is_engines, sort_of
from goodterms.provenance.decision_effects import needed
from goodterms.provenance.difference import HistoryDifference, compared
from goodterms.provenance.first_parents import leads_to, stages, turned
from goodterms.provenance.left_behind import LedgerTree, left_behind
from goodterms.provenance.objects import GitObjects
from goodterms.provenance.revisions import CommitRevision, FileDelta, revisions
from goodterms.provenance.verified_mark import VerifiedMark, read_mark, write_mark

#: So many commits are looked at between two readings of blobs.
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What does not stand: now, and what did not for a while.

    ``cut`` are the commits at which a shallow clone ends; what lies before them
    was not looked at. ``texts`` is what belongs in the files that are not right;
    ``unseen`` why nothing was looked at.
    """

    departures: tuple[HistoryDifference, ...] = ()
    past: tuple[HistoryDifference, ...] = ()
    cut: tuple[str, ...] = ()
    commits: int = 0
    texts: Mapping[str, bytes] | None = None
    unseen: str = ""


def verify(
    repo: Repo,
    tip: str,
    *,
    whole: bool = False,
    checkout: bool = False,
    main: bool = True,
) -> VerifyResult:
    """Follow main to a tip, from where the last look ended or, *whole*, all of it.

    With *checkout* what is not committed there counts as well. A tip of *main* has
    to have what the engine wrote to main in this repository.
    """
    mark = None if whole else read_mark(repo)
    seen = _seen(repo, tip, mark.commit) if mark and _known(repo, mark) else None
    if mark is None or seen is None or not leads_to(seen, tip, mark.commit):
        mark, seen = None, _seen(repo, tip, None)
    cut = _cut(repo)
    chain = HistoryChain(GitObjects(repo), cut=frozenset(cut))
    if mark:
        chain.begun = mark.begun
        chain.off = {each.path: each for each in mark.off}
        chain.left = dict(mark.left)
    _walk(chain, seen, tip)
    if mark is None or mark.commit != tip:
        off = tuple(chain.off.values())
        write_mark(repo, VerifiedMark(tip, chain.begun, off, chain.left))
    if checkout:
        chain.follow(_uncommitted(repo, chain.objects, tip))
    if main:
        chain.off = _lost(repo, chain.objects, tip) | chain.off
    found = tuple(_open(repo, chain, None if checkout else tip))
    texts = {each.path: chain.kept_text(each) for each in found if not each.is_beside}
    return VerifyResult(found, tuple(chain.past), cut, len(seen), texts)


def _seen(repo: Repo, tip: str, since: str | None) -> dict[str, CommitRevision]:
    return revisions(repo, tip, since, lambda heads: turned(heads, tip, since))


def _known(repo: Repo, mark: VerifiedMark) -> bool:
    told = git(repo.top, "cat-file", "-t", mark.commit, accept=(0, 1, 128))
    return line(told) == "commit"


def _walk(chain: HistoryChain, seen: Mapping[str, CommitRevision], tip: str) -> None:
    way = stages(seen, tip)
    while chunk := list(islice(way, _CHUNK)):
        _prepare(chain.objects, [each for one, side in chunk for each in (*side, one)])
        for revision, side in chunk:
            chain.follow(revision, side)


def _prepare(objects: GitObjects, chunk: Sequence[CommitRevision]) -> None:
    """Read at once what these commits will be asked about."""
    ids: list[str] = []
    for each in chunk:
        for delta in each.deltas:
            if sort_of(delta.path) in ("journal", "message"):
                ids += [id_ for id_ in (delta.old, delta.new) if id_]
    objects.fetch(ids)
    places = [
        (each.parents[0], decision_path(account_of(delta.path), decision))
        for each in chunk
        if is_engines(each)
        for delta in each.deltas
        if sort_of(delta.path) == "journal" and delta.new
        if (added := objects.appended(delta.old, delta.new))
        for decision in needed(added.documents)
    ]
    objects.look_up(places)


def _uncommitted(repo: Repo, objects: GitObjects, tip: str) -> CommitRevision:
    """Return what differs in the checkout as if it were a commit on the tip."""
    told = git(
        repo.root,
        *["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"],
        *["--", "ledger"],
    )
    rows = told.decode(errors="surrogateescape").split("\0")
    names = [row[3:].removeprefix(repo.prefix) for row in rows if row]
    objects.look_up((tip, name) for name in names)
    deltas = []
    for name in names:
        file = repo.root / name
        new = None
        if file.is_file() and not file.is_symlink():
            new = _kept(objects, file.read_bytes(), objects.at(tip, name), tip)
        deltas.append(FileDelta(name, objects.at(tip, name), new))
    return CommitRevision("", (tip,), deltas=tuple(d for d in deltas if d.old != d.new))


def _kept(objects: GitObjects, content: bytes, old: str | None, tip: str) -> str:
    """Return the id of a content: that of the old one where only line ends differ.

    Git, or an editor, may write them otherwise to a checkout; committed they count.
    """
    if old and content.replace(b"\r\n", b"\n") == objects.text(old):
        return old
    return objects.add(content, tip)


def _lost(repo: Repo, objects: GitObjects, tip: str) -> dict[str, HistoryDifference]:
    """Find the journals that lack what the engine wrote before main was moved back."""
    told = git(repo.top, "for-each-ref", "--format=%(objectname)", WRITTEN, LOST)
    found: dict[str, HistoryDifference] = {}
    for had in told.decode().split():
        if not is_ancestor(repo, had, tip):
            found.update(_lacking(repo, objects, had, tip))
    return found


def _lacking(
    repo: Repo, objects: GitObjects, had: str, tip: str
) -> Iterator[tuple[str, HistoryDifference]]:
    args = ("ls-tree", "-r", "-z", "--full-tree", had, repo.path("ledger/"))
    kept: dict[str, str] = {}
    for row in git(repo.top, *args).split(b"\0"):
        head, _, name = row.partition(b"\t")
        path = name.decode(errors="surrogateescape").removeprefix(repo.prefix)
        if sort_of(path) == "journal":
            kept[path] = head.split(b" ")[2].decode()
    objects.look_up((tip, path) for path in kept)
    now = {path: objects.at(tip, path) for path in kept}
    other = [path for path in kept if now[path] != kept[path]]
    objects.read(id_ for path in other for id_ in (kept[path], now[path]) if id_)
    for path in other:
        text = objects.text(now[path]) if now[path] else None
        belongs = objects.text(kept[path])
        if text is None or not text.startswith(belongs):
            _, at = compared(belongs, text)
            told = HistoryDifference(
                path, "", "lost", kept[path], path, now[path], at, had
            )
            yield path, told


def _open(
    repo: Repo, chain: HistoryChain, tip: str | None
) -> Iterator[HistoryDifference]:
    """List what is not right; of accounts that are gone, what they left behind."""
    accounts = sorted({account_of(path) for path in chain.off})
    if tip:
        chain.objects.look_up((tip, account_folder(name)) for name in accounts)
        there = {n for n in accounts if chain.objects.at(tip, account_folder(n))}
    else:
        folders = {name: repo.root / "ledger" / name for name in accounts}
        there = {
            n for n, f in folders.items() if any(p.is_file() for p in f.rglob("*"))
        }
    gone: list[HistoryDifference] = []
    for path, known in sorted(chain.off.items()):
        if account_of(path) in there:
            yield known
        elif known.how == "removed" and sort_of(path) == "journal":
            gone.append(known)
    chain.objects.read(known.kept for known in gone)
    yield from left_behind(LedgerTree(chain.objects, tip), gone, chain.kept_text)


def _cut(repo: Repo) -> tuple[str, ...]:
    """Return where a shallow clone ends."""
    file = repo.common / "shallow"
    return tuple(file.read_text(encoding="ascii").split()) if file.is_file() else ()
