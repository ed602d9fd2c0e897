"""What a page is about: a proposal, on the day of which the page speaks."""

from dataclasses import dataclass, replace
from datetime import date

from engine.action import Action
from engine.decision.asked import Asked, Debit, asked
from engine.decision.charges import NoRateError
from engine.decision.claiming import claims, lacking
from engine.decision.compose import action, demand
from engine.decision.decided import Verdict, carrying_out
from engine.decision.draft import Draft
from engine.decision.history import Entry
from engine.decision.plan import NO_RATE
from engine.decision.proposals import names, policy_of, step_of, unreadable
from engine.decision.rules import Rules
from engine.decision.rules import rules as rules_on
from engine.decision.situation import Situation, situation
from engine.decision.standing import stands
from engine.model import Account, Invoice
from engine.money import Money
from engine.problem import Place, Problem
from engine.settings import Person
from engine.terms import Policy, Step


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice of a proposal, as of the page's day.

    ``net`` is what is open less the unapplied cash and credit that stand against it.
    """

    invoice: Invoice
    open: Money
    net: Money
    days: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What people made of a proposal's file: another choice, "" for none.

    ``flaw`` says why the file would count for nothing if it were merged so.
    """

    choose: str = ""
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """A proposal and everything known about it on the page's day.

    ``owed`` are its invoices, the oldest first; ``asked`` is what approval would ask
    for on them, one sum a currency; ``step`` and ``policy`` are
    None where they cannot be found any more, and then nobody can approve it.
    ``edit`` is what people made of its file. ``no_rate`` says why nothing can be
    claimed today, on the day of the run: so the page changes when a table ends.
    """

    here: Situation
    entry: Entry
    owed: tuple[Owed, ...]
    asked: tuple[Asked, ...]
    step: Step | None
    policy: Policy | None
    edit: Edit = Edit()
    no_rate: str | None = None

    @property
    def unreadable(self) -> str | None:
        """Say which of its policies cannot be read now, None where all can."""
        return unreadable(self.here.rules.book, self.entry)

    @property
    def account(self) -> Account:
        """The customer."""
        return self.here.account

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its invoices."""
        return frozenset(owed.invoice.id for owed in self.owed)

    @property
    def day(self) -> date:
        """The day of which the page speaks."""
        return self.here.as_of

    @property
    def name(self) -> str:
        """What people call the proposal by, ``acme-gmbh/2026-11-30-triage``."""
        return f"{self.account.id}/{self.entry.id}"

    @property
    def folder(self) -> str:
        """The account's folder, below the root."""
        return f"ledger/{self.account.id}"

    @property
    def path(self) -> str:
        """The proposal's file, below the root."""
        return f"{self.folder}/decisions/{self.entry.id}.yaml"

    @property
    def step_name(self) -> str:
        """The step that is proposed."""
        return self.entry.doc.step or self.entry.id

    @property
    def chosen(self) -> str:
        """What merging does as things stand."""
        return self.edit.choose or self.proposed

    @property
    def proposed(self) -> str:
        """What merging would do if nobody had edited the file."""
        return self.entry.doc.choose or "approve"

    @property
    def sums(self) -> tuple[Money, ...]:
        """What approval would ask for, one sum a currency; empty for nothing."""
        return tuple(each.net for each in self.asked)

    @property
    def days(self) -> int:
        """Days overdue of the oldest of its invoices."""
        return max((o.days for o in self.owed), default=0)

    def person(self, key: str | None) -> str:
        """Name one of us; a key that nobody has stays itself."""
        found: Person | None = self.here.rules.settings.people.get(key or "")
        return found.name if found else (key or "nobody")


def page_day(account: Account, rules: Rules, entry: Entry) -> date:
    """Return the day of which a proposal's page speaks.

    The day on which it was made or last refreshed, or later that of the latest
    record: so a page changes only when facts do, never by waiting.
    """
    learnt = (r.on for r in account.records if entry.since < r.on <= rules.as_of)
    return max(learnt, default=entry.since)


def matter(
    account: Account, rules: Rules, entry: Entry, day: date, edit: Edit | None = None
) -> Matter:
    """Put together what is known about a proposal on a day."""
    on_day = rules_on(rules.book, rules.settings, day)
    here = situation(account, on_day)
    today = here if day == rules.as_of else situation(account, rules)
    nets = {item.id: item.net for item in here.items}
    owed = [
        Owed(
            invoice,
            here.books.open[invoice.id],
            nets.get(invoice.id, here.books.open[invoice.id]),
            (day - invoice.due).days,
        )
        for row in entry.rows
        if (invoice := here.books.invoices.get(row.id))
    ]
    return Matter(
        here=here,
        entry=entry,
        owed=tuple(sorted(owed, key=lambda o: (o.invoice.due, o.invoice.id))),
        asked=_asked(here, entry),
        step=step_of(here, entry),
        policy=policy_of(here, entry),
        edit=edit or Edit(),
        no_rate=_no_rate(today, entry),
    )


def _no_rate(today: Situation, entry: Entry) -> str | None:
    """Say which rate its letter lacks, None where it lacks none or claims nothing."""
    step = step_of(today, entry)
    if step is None or not claims(step):
        return None
    mine = (item for item in today.items if names(entry, item))
    found = (lacking(today, item) for item in mine)
    return next((str(error) for error in found if error), None)


def _asked(here: Situation, entry: Entry) -> tuple[Asked, ...]:
    """Work out what the proposal asks for; without charges where no rate is known."""
    step = step_of(here, entry)
    mine = tuple(s for s in stands(here) if names(entry, s.item))
    if not mine:
        return ()
    if step is None:
        return asked(Debit(s.item.open, s.item.cover) for s in mine)
    draft = Draft(kind="propose", lead=mine[0], step=step, advancing=mine)
    try:
        return demand(here, draft)[0]
    except NoRateError:
        return demand(here, replace(draft, step=replace(step, claims_charges=False)))[0]


def would_do(
    about: Matter, choose: str | None = None
) -> tuple[tuple[Action, ...], tuple[Problem, ...]]:
    """Work out what approval would do on the page's day, with *choose* in the file.

    What the law's table has no rate for is left out, and a problem.
    """
    every = stands(about.here)
    known = [s for s in every if names(about.entry, s.item)]
    if not known or about.step is None:
        return (), ()
    doc = replace(about.entry.doc, state="approved", choose=choose or about.chosen)
    approved = Verdict(replace(about.entry, doc=doc), "carry-out")
    made: list[Action] = []
    problems: list[Problem] = []
    for draft in carrying_out(about.here, [approved], known):
        try:
            built = action(about.here, draft, every)
            made.append(replace(built, id=about.name))
        except NoRateError as error:
            place = Place(error.file)
            problems.append(Problem(place, error.what, error.mend, rule=NO_RATE))
    return tuple(made), tuple(problems)
