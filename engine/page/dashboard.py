"""The dashboard: one page that says how things stand, written anew in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.action import Action, Plan, Waiting
from engine.money import Money, total
from engine.page.deeds import sums
from engine.page.layout import (
    Section,
    bullets,
    fitted,
    folded,
    paragraphs,
    section,
    table,
)
from engine.page.marker import Marker, digest
from engine.page.proposal import Page
from engine.page.safe import Md, code, column_day, count, joined, say, weekday
from engine.settings import Settings

#: So many rows are shown of each kind; the rest is counted.
MOST = 25

_TITLE = "Good Terms: dashboard"


@dataclass(frozen=True, slots=True)
class Asked:
    """An open proposal, at ``url``; ``refused`` if its decision does not count."""

    name: str
    customer: str
    step: str
    totals: tuple[Money, ...]
    since: date
    expires: date
    url: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run that writes the page, at a UTC time such as 2026-10-08T07:12:03Z.

    ``missed`` says which runs were due before it and did not happen.
    """

    at: str
    ok: bool
    told: str
    url: str | None = None
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What a dashboard shows. ``figures`` are (name, value) pairs.

    ``doubts`` are the names of messages of which nobody knows whether they
    arrived; what is held and the tasks are read from the plan. ``forms`` leads
    to where people write down what they learnt.
    """

    plan: Plan
    settings: Settings
    run: LastRun
    figures: tuple[tuple[str, str], ...] = ()
    proposals: tuple[Asked, ...] = ()
    doubts: tuple[str, ...] = ()
    forms: str | None = None


def dashboard_page(board: Board) -> Page:
    """Write the dashboard; nobody is assigned, and nobody is pinged."""
    body = fitted(
        paragraphs(_run(board), _figures(board), _ask(board)),
        [
            Section("proposals", _proposals(board), 5, code("goodterms plan")),
            Section("in doubt", _doubts(board.doubts), 4, code("goodterms run")),
            Section("tasks", _tasks(board), 3, code("goodterms plan")),
            Section("held", _held(board.plan.waiting), 2, code("goodterms plan")),
        ],
        say(
            "<sub>As of {}, run at {}.</sub>",
            weekday(board.plan.as_of),
            code(board.run.at),
        ),
    )
    marker = Marker("dashboard", "", "", "", digest(body))
    labels = ("goodterms", "dashboard")
    return Page(_TITLE, f"{body}\n\n{marker}\n", labels, None, marker)


def _run(board: Board) -> Md:
    run = board.run
    state = say("went well") if run.ok else say("**needs attention**")
    when = _local(run.at, board.settings.creditor.timezone)
    linked = Md(f"[{when}]({run.url})") if run.url else when
    told = say("**Last run** {} {}: {}", linked, state, run.told)
    return paragraphs(told, say("**Missed:** {}", run.missed) if run.missed else Md())


def _local(stamp: str, timezone: str) -> Md:
    """Tell a time in UTC as the creditor's clocks do: ``Mon 21 Sep 2026, 14:30``."""
    at = datetime.fromisoformat(stamp).astimezone(ZoneInfo(timezone))
    return Md(f"{weekday(at.date())}, {at:%H:%M}")


def _ask(board: Board) -> Md:
    """Lead to the forms."""
    if board.forms is None:
        return Md()
    form = "A payment, a call, a promise, a dispute? [Write it down]({})."
    return say(form, Md(board.forms))


def _figures(board: Board) -> Md:
    """Show the figures given, then those of the plan."""
    kinds = [action.kind for action in board.plan.actions]
    late = joined([say("{}", each) for each in _overdue(board.plan)], "<br>")
    figures: list[tuple[str, object]] = [
        ("Overdue", late or "nothing"),
        *((name.capitalize(), value) for name, value in board.figures),
        ("Accounts", str(board.plan.accounts)),
        ("Messages due today", str(kinds.count("send") + kinds.count("thank"))),
        ("Proposals open", str(len(board.proposals))),
        ("In doubt", str(len(board.doubts))),
        ("Tasks for us", str(kinds.count("task"))),
        ("Invoices waiting", str(len(board.plan.waiting))),
    ]
    rows = [(say("{}", name), say("{}", value)) for name, value in figures]
    return table(("", "Today"), rows, (1,))


def _overdue(plan: Plan) -> tuple[Money, ...]:
    """Add up what is overdue, for each currency; every invoice counts once."""
    rows = [(a.account, each) for a in plan.actions for each in a.invoices]
    late = {
        (account, line.id): line.open for account, line in rows if line.days_overdue > 0
    }
    for each in plan.waiting:
        if each.open and each.open.amount > 0 and each.days_overdue > 0:
            late[each.account, each.invoice] = each.open
    currencies = sorted({amount.currency for amount in late.values()})
    return tuple(
        total((a for a in late.values() if a.currency == currency), currency)
        for currency in currencies
    )


def _proposals(board: Board) -> Md:
    """List what waits for a decision, the oldest first."""
    waiting = sorted(board.proposals, key=lambda each: (each.since, each.name))
    rows = [
        (
            _linked(each),
            say("{}<br>{}", each.step, sums(each.totals))
            if each.totals
            else code(each.step),
            _since(board.plan.as_of, each),
            column_day(each.expires, board.plan.as_of),
        )
        for each in waiting[:MOST]
    ]
    heads = ("Who", "Step", "Waits", "Until")
    return _listed("Open proposals", table(heads, rows), len(waiting))


def _since(today: date, each: Asked) -> Md:
    """Say how long it waits; or that somebody has to undo a decision first."""
    if each.refused:
        return say("**refused**")
    days = (today - each.since).days
    return say("{}", count(days, "day")) if days else say("new")


def _what(asked: Asked) -> Md:
    """Say which step is proposed, and what it asks for."""
    if not asked.totals:
        return code(asked.step)
    return say("{}<br>{}", asked.step, sums(asked.totals))


def _linked(each: Asked) -> Md:
    name = say("{}", each.customer)
    return Md(f"[{name}]({each.url})") if each.url else name


def _doubts(doubts: Sequence[str]) -> Md:
    told = [
        say("{}: {}", code(name), code(f"goodterms resolve {name}"))
        for name in doubts[:MOST]
    ]
    return _listed("In doubt: did it arrive?", bullets(told), len(doubts))


def _tasks(board: Board) -> Md:
    """List tasks by the person who has them."""
    found: dict[str, list[Action]] = {}
    for action in board.plan.actions:
        if action.kind == "task":
            found.setdefault(action.owner or "no owner", []).append(action)
    people = board.settings.people
    parts = [
        folded(
            say(
                "{}: {}",
                people[key].name if key in people else key,
                count(len(jobs), "task"),
            ),
            _more(bullets(_task(job) for job in jobs[:MOST]), len(jobs)),
        )
        for key, jobs in sorted(found.items())
    ]
    return section("Tasks", *parts) if parts else Md()


def _task(job: Action) -> Md:
    why = joined([say("{}", reason) for reason in job.why], "; ")
    return say("{} {}: {}", code(job.account), job.step, why)


def _held(waiting: Sequence[Waiting]) -> Md:
    """Say what stops invoices that would be chased, and how many."""
    found: dict[str, list[Waiting]] = {}
    for each in waiting:
        if each.standing not in ("waiting", "deciding"):
            found.setdefault(each.label or each.standing, []).append(each)
    if not found:
        return Md()
    return section("Held, and why", *(_standing(*pair) for pair in _most(found)))


def _most(found: Mapping[str, list[Waiting]]) -> list[tuple[str, list[Waiting]]]:
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _standing(standing: str, held: Sequence[Waiting]) -> Md:
    told = [
        say("{} {}: {}", code(w.account), code(w.invoice), w.why[0] if w.why else "")
        for w in held[:MOST]
    ]
    summary = say("{}: {}", standing, count(len(held), "invoice"))
    return folded(summary, _more(bullets(told), len(held)))


def _listed(heading: str, body: Md, number: int) -> Md:
    return section(heading, _more(body, number)) if number else Md()


def _more(body: Md, number: int) -> Md:
    """Say how many are not shown."""
    note = say("and {} more", number - MOST) if number > MOST else Md()
    return paragraphs(body, note)
