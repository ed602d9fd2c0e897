"""The way of main: from a tip back, by the parent that the engine has written to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from goodterms.provenance.commit_rules import brings_main, is_signed
from goodterms.provenance.revisions import CommitRevision

#: A commit of main with the commits that it merges, parents first.
Stage = tuple[CommitRevision, Sequence[CommitRevision]]


def turned(
    seen: Mapping[str, CommitRevision], tip: str, since: str | None
) -> Iterator[CommitRevision]:
    """List the merges on the way whose first parent is not where main went on.

    Whoever pulls before pushing makes their own copy the first parent; the engine's
    commits since then are on the other side.
    """
    here = tip
    while here in seen:
        revision = seen[here]
        if revision.parents[1:] and brings_main(revision):
            best = _main_of(seen, revision.parents, since)
            if best != revision.parents[0]:
                others = tuple(p for p in revision.parents if p != best)
                revision = replace(revision, parents=(best, *others), turned=True)
                yield revision
        here = next(iter(revision.parents), "")


def _main_of(
    seen: Mapping[str, CommitRevision], parents: Sequence[str], since: str | None
) -> str:
    if since in parents:
        return str(since)
    first = _ancestors(seen, parents[0])
    for parent in parents[1:]:
        other = _ancestors(seen, parent)
        if any(is_signed(seen[id_]) for id_ in other - first) and not any(
            is_signed(seen[id_]) for id_ in first - other
        ):
            return parent
    return parents[0]


def _ancestors(seen: Mapping[str, CommitRevision], head: str) -> set[str]:
    return set(unseen(seen, [head], set()))


def unseen(
    seen: Mapping[str, CommitRevision], heads: Iterable[str], done: set[str]
) -> list[str]:
    """List commits that lead to these heads, but for those *done*; adds them there."""
    found: list[str] = []
    left = list(heads)
    while left:
        id_ = left.pop()
        if id_ in seen and id_ not in done:
            done.add(id_)
            found.append(id_)
            left += seen[id_].parents
    return found


def leads_to(seen: Mapping[str, CommitRevision], tip: str, commit: str) -> bool:
    """Whether the way back from a tip comes to a commit."""
    here = tip
    while here in seen and seen[here].parents:
        here = seen[here].parents[0]
    return here == commit


def stages(seen: Mapping[str, CommitRevision], tip: str) -> Iterator[Stage]:
    """List the commits of main, oldest first, each with those that it merges."""
    order = {id_: number for number, id_ in enumerate(seen)}
    main: list[str] = []
    here = tip
    while here in seen:
        main.append(here)
        here = next(iter(seen[here].parents), "")
    done: set[str] = set()
    for id_ in reversed(main):
        done.add(id_)
        side = unseen(seen, seen[id_].parents[1:], done)
        yield seen[id_], [seen[each] for each in sorted(side, key=order.__getitem__)]
