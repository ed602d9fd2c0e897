"""The dashboard: one page that says how things stand, written anew in place."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from goodterms.model.money import Money
from goodterms.model.plan import IN_DOUBT, PROPOSAL, Plan, WaitingInvoice
from goodterms.model.settings import Settings
from goodterms.views.markdown import (
    Markdown,
    code,
    column_day,
    count,
    joined,
    say,
    weekday,
)
from goodterms.views.page_layout import (
    PageSection,
    bullets,
    fitted,
    folded,
    paragraphs,
    section,
    table,
)
from goodterms.views.page_marker import PageMarker, digest
from goodterms.views.plan_sums import WaitingReason, overdue, waiting_by_reason
from goodterms.views.proposal_page.effects import sums
from goodterms.views.proposal_page.page import ProposalPage
from goodterms.views.tasks import PersonTask, tasks_of

#: So many rows are shown of each kind; the rest is counted.
MOST = 25

_TITLE = "Good Terms: dashboard"


@dataclass(frozen=True, slots=True)
class DashboardProposal:
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
    summary: str
    url: str | None = None
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What a dashboard shows. ``figures`` are (name, value) pairs.

    ``doubts`` are the names of messages of which nobody knows whether they
    arrived; what is held and the tasks are read from the plan. ``forms`` leads
    to where people write down what they learnt, ``repository`` is its page.
    """

    plan: Plan
    settings: Settings
    run: LastRun
    figures: tuple[tuple[str, str], ...] = ()
    proposals: tuple[DashboardProposal, ...] = ()
    doubts: tuple[str, ...] = ()
    forms: str | None = None
    repository: str | None = None


def dashboard_page(dashboard: Dashboard) -> ProposalPage:
    """Write the dashboard; nobody is assigned, and nobody is pinged."""
    body = fitted(
        paragraphs(_run(dashboard), _figures(dashboard), _form_link(dashboard)),
        [
            PageSection("proposals", _proposals(dashboard), 5, code("goodterms plan")),
            PageSection("in doubt", _doubts(dashboard), 4, code("goodterms run")),
            PageSection("tasks", _tasks(dashboard), 3, code("goodterms tasks")),
            PageSection(
                "held", _blocked_invoices(dashboard.plan), 2, code("goodterms plan")
            ),
        ],
        say(
            "<sub>As of {}, run at {}.</sub>",
            weekday(dashboard.plan.as_of),
            code(dashboard.run.at),
        ),
    )
    marker = PageMarker("dashboard", "", "", "", digest(body))
    labels = ("goodterms", "dashboard")
    return ProposalPage(_TITLE, f"{body}\n\n{marker}\n", labels, None, marker)


def _run(dashboard: Dashboard) -> Markdown:
    run = dashboard.run
    state = say("went well") if run.ok else say("**needs attention**")
    when = _local(run.at, dashboard.settings.creditor.timezone)
    linked = Markdown(f"[{when}]({run.url})") if run.url else when
    line = say("**Last run** {} {}: {}", linked, state, run.summary)
    return paragraphs(
        line, say("**Missed:** {}", run.missed) if run.missed else Markdown()
    )


def _local(stamp: str, timezone: str) -> Markdown:
    """Tell a time in UTC as the creditor's clocks do: ``Mon 21 Sep 2026, 14:30``."""
    at = datetime.fromisoformat(stamp).astimezone(ZoneInfo(timezone))
    return Markdown(f"{weekday(at.date())}, {at:%H:%M}")


def _form_link(dashboard: Dashboard) -> Markdown:
    """Lead to the forms."""
    if dashboard.forms is None:
        return Markdown()
    form = "A payment, a call, a promise, a dispute? [Write it down]({})."
    return say(form, Markdown(dashboard.forms))


def _figures(dashboard: Dashboard) -> Markdown:
    """Show the figures given, then those of the plan."""
    kinds = [action.kind for action in dashboard.plan.actions]
    late = joined([say("{}", amount) for amount in overdue(dashboard.plan)], "<br>")
    figures: list[tuple[str, object]] = [
        ("Overdue", late or "nothing"),
        *((name.capitalize(), value) for name, value in dashboard.figures),
        ("Accounts", str(dashboard.plan.accounts)),
        ("Messages due today", str(kinds.count("send") + kinds.count("thank"))),
        ("Proposals open", str(len(dashboard.proposals))),
        ("In doubt", str(len(dashboard.doubts))),
        ("Tasks for us", str(len(tasks_of(dashboard.plan)))),
        ("Invoices waiting", str(len(dashboard.plan.waiting))),
    ]
    rows = [(say("{}", name), say("{}", value)) for name, value in figures]
    return table(("", "Today"), rows, (1,))


def _proposals(dashboard: Dashboard) -> Markdown:
    """List what waits for a decision, the oldest first."""
    waiting = sorted(
        dashboard.proposals, key=lambda proposal: (proposal.since, proposal.name)
    )
    rows = [
        (
            _linked(proposal),
            say("{}<br>{}", proposal.step, sums(proposal.totals))
            if proposal.totals
            else code(proposal.step),
            _since(dashboard.plan.as_of, proposal),
            column_day(proposal.expires, dashboard.plan.as_of),
        )
        for proposal in waiting[:MOST]
    ]
    heads = ("Who", "Step", "Waits", "Until")
    return _listed("Open proposals", table(heads, rows), len(waiting))


def _since(today: date, dashboard_proposal: DashboardProposal) -> Markdown:
    """Say how long it waits; or that somebody has to undo a decision first."""
    if dashboard_proposal.refused:
        return say("**refused**")
    days = (today - dashboard_proposal.since).days
    return say("{}", count(days, "day")) if days else say("new")


def _what(dashboard_proposal: DashboardProposal) -> Markdown:
    """Say which step is proposed, and what it asks for."""
    if not dashboard_proposal.totals:
        return code(dashboard_proposal.step)
    return say("{}<br>{}", dashboard_proposal.step, sums(dashboard_proposal.totals))


def _linked(dashboard_proposal: DashboardProposal) -> Markdown:
    name = say("{}", dashboard_proposal.customer)
    return (
        Markdown(f"[{name}]({dashboard_proposal.url})")
        if dashboard_proposal.url
        else name
    )


def _doubts(dashboard: Dashboard) -> Markdown:
    items = [
        say(
            "{}: {}", _customer(dashboard.plan, name), code(f"goodterms resolve {name}")
        )
        for name in dashboard.doubts[:MOST]
    ]
    return _listed("In doubt: did it arrive?", bullets(items), len(dashboard.doubts))


def _customer(plan: Plan, id_: str) -> Markdown:
    """Name the customer beside the id of an account, or of something of it."""
    name = plan.customers.get(id_.partition("/")[0])
    return say("{} {}", name, code(id_)) if name else code(id_)


def _tasks(dashboard: Dashboard) -> Markdown:
    """List tasks by the person who has them; what has a section of its own is there."""
    by_owner: dict[str, list[PersonTask]] = {}
    for task in tasks_of(dashboard.plan):
        if task.kind not in (PROPOSAL, IN_DOUBT):
            by_owner.setdefault(task.owner or "no owner", []).append(task)
    people = dashboard.settings.people
    parts = [
        folded(
            say(
                "{}: {}",
                people[key].name if key in people else key,
                count(len(jobs), "task"),
            ),
            _more(bullets(_task(dashboard, job) for job in jobs[:MOST]), len(jobs)),
        )
        for key, jobs in sorted(by_owner.items())
    ]
    return section("Tasks", *parts) if parts else Markdown()


def _task(dashboard: Dashboard, task: PersonTask) -> Markdown:
    """Tell a task: whose, what, what is at stake, since when, and where it is done."""
    days = task.days(dashboard.plan.as_of)
    facts = [sums(task.at_stake)] if task.at_stake else []
    facts += [say("for {}", count(days, "day"))] if days else []
    line = say(
        "{} {}: {}", _customer(dashboard.plan, task.account), task.kind, task.why
    )
    line = say("{} ({})", line, joined(facts, ", ")) if facts else line
    form = task.form(dashboard.repository)
    return say("{} {}", line, Markdown(f"[Write it down]({form})")) if form else line


def _blocked_invoices(plan: Plan) -> Markdown:
    """Say what stops invoices that would be chased, how many, and what is open."""
    blocked = [
        reason
        for reason in waiting_by_reason(plan)
        if reason.waits[0].standing not in ("waiting", "deciding")
    ]
    blocked.sort(key=lambda reason: (-len(reason.waits), reason.name))
    parts = [_blocked_for(plan, reason) for reason in blocked]
    return section("Held, and why", *parts) if parts else Markdown()


def _blocked_for(plan: Plan, reason: WaitingReason) -> Markdown:
    items = [_waiting_line(plan, wait) for wait in reason.waits[:MOST]]
    counted = count(len(reason.waits), "invoice")
    summary = say("{}: {}", reason.name, counted)
    if reason.open:
        summary = say("{}, {}", summary, sums(reason.open))
    return folded(summary, _more(bullets(items), len(reason.waits)))


def _waiting_line(plan: Plan, wait: WaitingInvoice) -> Markdown:
    invoice = code(wait.invoice)
    invoice = say("{} {}", invoice, wait.open) if wait.open else invoice
    why = wait.why[0] if wait.why else ""
    return say("{} {}: {}", _customer(plan, wait.account), invoice, why)


def _listed(heading: str, body: Markdown, number: int) -> Markdown:
    return section(heading, _more(body, number)) if number else Markdown()


def _more(body: Markdown, number: int) -> Markdown:
    """Say how many are not shown."""
    note = say("and {} more", number - MOST) if number > MOST else Markdown()
    return paragraphs(body, note)
