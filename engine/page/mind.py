"""What somebody must not overlook before they decide: on the first screen."""

from collections.abc import Iterator

from engine.decision.pauses import resolutions, unanswered
from engine.decision.proposals import carried_out, proposals
from engine.decision.situation import never_written
from engine.money import Money, by_currency
from engine.page.deeds import stated, sums
from engine.page.links import Shelf
from engine.page.mail import gist
from engine.page.matter import Matter
from engine.page.safe import Md, code, joined, say, words
from engine.records import Dispute

#: So many invoices are named in a warning, and so much of somebody's words quoted.
_NAMED, _QUOTED = 5, 140


def warnings(about: Matter, shelf: Shelf) -> Md:
    """Warn of what would change the answer, a line each."""
    found = (
        *_disputed(about, shelf),
        *_unanswered(about, shelf),
        *_also_asked(about, shelf),
        *_unmatched(about, shelf),
        *_unheard(about),
        *_unclaimed(about),
    )
    return joined([say("**Mind:** {}", each) for each in found], "<br>\n")


def _disputed(about: Matter, shelf: Shelf) -> Iterator[Md]:
    """Name what they contest beside this, and whose answer it waits for."""
    here = about.here
    resolved = resolutions(here.records)
    for record in here.records:
        if not isinstance(record, Dispute) or record.id in resolved:
            continue
        open_ = _open(about, here.books.targets(record) - about.ids)
        if not open_:
            continue
        verb = "is" if len(open_) == 1 else "are"
        path = f"{about.folder}/records/{record.id}.yaml"
        link = shelf.file(path, say("disputed since {}", record.on))
        said = say(": “{}”", words(gist(record.said), _QUOTED)) if record.said else ""
        late = record.review_by < about.day
        due = "our answer is due by {}"
        if late:
            due = "**we owe them an answer since {}**"
        yield say(
            "{} ({}) {} {}{}; {}.",
            _named(list(open_)),
            sums(by_currency(open_.values())),
            verb,
            link,
            said or Md(),
            say(due, record.review_by),
        )


def _open(about: Matter, ids: frozenset[str]) -> dict[str, Money]:
    books = about.here.books
    found = ((id_, books.open[id_]) for id_ in sorted(ids) if id_ in books.open)
    return {id_: open_ for id_, open_ in found if open_.amount > 0}


def _unanswered(about: Matter, shelf: Shelf) -> Iterator[Md]:
    waiting = unanswered(about.here.records)
    if not waiting:
        return
    path = f"{about.folder}/records/{waiting[0].id}.yaml"
    link = shelf.file(path, say("replied on {}", waiting[0].on))
    more = say(", {} times since then", len(waiting)) if waiting[1:] else Md()
    yield say("they {}{}, and **wait for our answer**.", link, more)


def _also_asked(about: Matter, shelf: Shelf) -> Iterator[Md]:
    """Name the other proposals about the customer that have not had their effect."""
    here = about.here
    for entry in proposals(here, "proposed", "approved"):
        done = entry.doc.state == "approved" and carried_out(here, entry)
        if entry.id == about.entry.id or done:
            continue
        asked = sums(stated(entry))
        sum_ = say(", {}", asked) if asked else Md()
        label = say("{} of {}{}", entry.doc.step or entry.id, entry.on, sum_)
        link = shelf.proposal(f"{about.account.id}/{entry.id}", label)
        open_ = entry.doc.state == "proposed"
        form = "also proposed: {}." if open_ else "also approved, not done yet: {}."
        yield say(form, link)


def _unmatched(about: Matter, shelf: Shelf) -> Iterator[Md]:
    """Name what is here already, and stands on no invoice."""
    books = about.here.books
    link = shelf.form("allocation", about.account.id, "Do that first")
    then = link or Md("Do that first")
    form = "{} has come in and is matched to no invoice yet. {}."
    yield from (say(form, books.cash[each], then) for each in sorted(books.cash))
    form = "a credit note of {} is put on no invoice yet. {}."
    credited = books.credited
    yield from (say(form, credited[each], then) for each in sorted(credited))
    form = "{} is in their favour: a credit note, or paid twice."
    yield from (say(form, books.favour[each]) for each in sorted(books.favour))


def _unheard(about: Matter) -> Iterator[Md]:
    """Name the invoices of which this would be the first that they hear."""
    found = [id_ for id_ in sorted(about.ids) if never_written(about.here, id_)]
    if found:
        yield say("nobody has ever written to them about {}.", _named(found))


def _unclaimed(about: Matter) -> Iterator[Md]:
    """Say that the letter is to claim interest, and no rate is known."""
    if about.no_rate:
        form = "late interest cannot be claimed, so nothing goes out: {}."
        yield say(form, about.no_rate)


def _named(ids: list[str]) -> Md:
    more = len(ids) - _NAMED
    rest = say(" and {} more", more) if more > 0 else Md()
    return say("{}{}", joined([code(id_) for id_ in ids[:_NAMED]]), rest)
