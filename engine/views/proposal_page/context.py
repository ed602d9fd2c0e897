"""What a page is about: a proposal, on the day of which the page speaks."""

from dataclasses import dataclass, replace
from datetime import date

from goodterms.decision.due.drafts import DraftAction
from goodterms.decision.messages.build_action import action, demand
from goodterms.decision.plan import NO_RATE
from goodterms.decision.proposal_effects import ProposalUpdate, carrying_out
from goodterms.decision.proposals import names, policy_of, step_of, unreadable
from goodterms.decision.standing.claimable_charges import claims, lacking
from goodterms.decision.standing.standing import stands
from goodterms.decision.state.account_state import AccountState, situation
from goodterms.decision.state.amount_asked import AmountAsked, Debit, asked
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.decision.state.effective_policies import rules as rules_on
from goodterms.decision.state.history import JournalEntry
from goodterms.decision.state.late_charges import NoRateError
from goodterms.model.ledger import Account, Invoice
from goodterms.model.money import Money
from goodterms.model.plan import Action
from goodterms.model.policy import Policy, Step
from goodterms.model.problem import Place, Problem
from goodterms.model.settings import Person


@dataclass(frozen=True, slots=True)
class OwedInvoice:
    """An invoice of a proposal, as of the page's day.

    ``net`` is what is open less the unapplied cash and credit that stand against it.
    """

    invoice: Invoice
    open: Money
    net: Money
    days: int


@dataclass(frozen=True, slots=True)
class ProposalEdit:
    """What people made of a proposal's file: another choice, "" for none.

    ``flaw`` says why the file would count for nothing if it were merged so.
    """

    choose: str = ""
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class ProposalContext:
    """A proposal and everything known about it on the page's day.

    ``owed`` are its invoices, the oldest first; ``asked`` is what approval would ask
    for on them, one sum a currency; ``step`` and ``policy`` are
    None where they cannot be found any more, and then nobody can approve it.
    ``edit`` is what people made of its file. ``no_rate`` says why nothing can be
    claimed today, on the day of the run: so the page changes when a table ends.
    """

    here: AccountState
    entry: JournalEntry
    owed: tuple[OwedInvoice, ...]
    asked: tuple[AmountAsked, ...]
    step: Step | None
    policy: Policy | None
    edit: ProposalEdit = ProposalEdit()
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


def page_day(account: Account, rules: EffectivePolicies, entry: JournalEntry) -> date:
    """Return the day of which a proposal's page speaks.

    The day on which it was made or last refreshed, or later that of the latest
    record: so a page changes only when facts do, never by waiting.
    """
    learnt = (r.on for r in account.records if entry.since < r.on <= rules.as_of)
    return max(learnt, default=entry.since)


def matter(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    day: date,
    edit: ProposalEdit | None = None,
) -> ProposalContext:
    """Put together what is known about a proposal on a day."""
    on_day = rules_on(rules.book, rules.settings, day)
    here = situation(account, on_day)
    today = here if day == rules.as_of else situation(account, rules)
    nets = {item.id: item.net for item in here.items}
    owed = [
        OwedInvoice(
            invoice,
            here.books.open[invoice.id],
            nets.get(invoice.id, here.books.open[invoice.id]),
            (day - invoice.due).days,
        )
        for row in entry.rows
        if (invoice := here.books.invoices.get(row.id))
    ]
    return ProposalContext(
        here=here,
        entry=entry,
        owed=tuple(sorted(owed, key=lambda o: (o.invoice.due, o.invoice.id))),
        asked=_asked(here, entry),
        step=step_of(here, entry),
        policy=policy_of(here, entry),
        edit=edit or ProposalEdit(),
        no_rate=_no_rate(today, entry),
    )


def _no_rate(today: AccountState, entry: JournalEntry) -> str | None:
    """Say which rate its letter lacks, None where it lacks none or claims nothing."""
    step = step_of(today, entry)
    if step is None or not claims(step):
        return None
    mine = (item for item in today.items if names(entry, item))
    found = (lacking(today, item) for item in mine)
    return next((str(error) for error in found if error), None)


def _asked(state: AccountState, entry: JournalEntry) -> tuple[AmountAsked, ...]:
    """Work out what the proposal asks for; without charges where no rate is known."""
    step = step_of(state, entry)
    mine = tuple(s for s in stands(state) if names(entry, s.item))
    if not mine:
        return ()
    if step is None:
        return asked(Debit(s.item.open, s.item.cover) for s in mine)
    draft = DraftAction(kind="propose", lead=mine[0], step=step, advancing=mine)
    try:
        return demand(state, draft)[0]
    except NoRateError:
        return demand(state, replace(draft, step=replace(step, claims_charges=False)))[
            0
        ]


def would_do(
    context: ProposalContext, choose: str | None = None
) -> tuple[tuple[Action, ...], tuple[Problem, ...]]:
    """Work out what approval would do on the page's day, with *choose* in the file.

    What the law's table has no rate for is left out, and a problem.
    """
    every = stands(context.here)
    known = [s for s in every if names(context.entry, s.item)]
    if not known or context.step is None:
        return (), ()
    doc = replace(context.entry.doc, state="approved", choose=choose or context.chosen)
    approved = ProposalUpdate(replace(context.entry, doc=doc), "carry-out")
    made: list[Action] = []
    problems: list[Problem] = []
    for draft in carrying_out(context.here, [approved], known):
        try:
            built = action(context.here, draft, every)
            made.append(replace(built, id=context.name))
        except NoRateError as error:
            place = Place(error.file)
            problems.append(Problem(place, error.what, error.mend, rule=NO_RATE))
    return tuple(made), tuple(problems)
