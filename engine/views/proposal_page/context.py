"""What a page is about: a proposal, on the day of which the page speaks."""

from dataclasses import dataclass
from datetime import date

from goodterms.decision import (
    AccountState,
    AmountAsked,
    EffectivePolicies,
    JournalEntry,
    account_state,
    amounts_of,
    effect_of,
    missing_rate,
    policy_of,
    step_of,
    unreadable_policy,
)
from goodterms.decision import effective_policies as rules_on
from goodterms.model.ledger import Account, Invoice
from goodterms.model.money import Money
from goodterms.model.paths import account_folder
from goodterms.model.plan import Action
from goodterms.model.policy import Policy, Step
from goodterms.model.problem import Problem
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

    ``owed`` are its invoices, the oldest first; ``amounts_asked`` is what approval
    would ask for on them, one sum a currency; ``step`` and ``policy`` are None where
    they cannot be found any more, and then nobody can approve it.
    ``edit`` is what people made of its file. ``no_rate`` says why nothing can be
    claimed today, on the day of the run: so the page changes when a table ends.
    """

    state: AccountState
    entry: JournalEntry
    owed: tuple[OwedInvoice, ...]
    amounts_asked: tuple[AmountAsked, ...]
    step: Step | None
    policy: Policy | None
    edit: ProposalEdit = ProposalEdit()
    no_rate: str | None = None

    @property
    def unreadable(self) -> str | None:
        """Say which of its policies cannot be read now, None where all can."""
        return unreadable_policy(self.state.rules.book, self.entry)

    @property
    def account(self) -> Account:
        """The customer."""
        return self.state.account

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its invoices."""
        return frozenset(owed.invoice.id for owed in self.owed)

    @property
    def day(self) -> date:
        """The day of which the page speaks."""
        return self.state.as_of

    @property
    def name(self) -> str:
        """What people call the proposal by, ``acme-gmbh/2026-11-30-triage``."""
        return f"{self.account.id}/{self.entry.id}"

    @property
    def folder(self) -> str:
        """The account's folder, below the root."""
        return account_folder(self.account.id)

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
        return tuple(amount.net for amount in self.amounts_asked)

    @property
    def days(self) -> int:
        """Days overdue of the oldest of its invoices."""
        return max((o.days for o in self.owed), default=0)

    def person(self, key: str | None) -> str:
        """Name one of us; a key that nobody has stays itself."""
        person: Person | None = self.state.rules.settings.people.get(key or "")
        return person.name if person else (key or "nobody")


def page_day(account: Account, rules: EffectivePolicies, entry: JournalEntry) -> date:
    """Return the day of which a proposal's page speaks.

    The day on which it was made or last refreshed, or later that of the latest
    record: so a page changes only when facts do, never by waiting.
    """
    learnt = (r.on for r in account.records if entry.since < r.on <= rules.as_of)
    return max(learnt, default=entry.since)


def proposal_context(
    account: Account,
    rules: EffectivePolicies,
    entry: JournalEntry,
    day: date,
    edit: ProposalEdit | None = None,
) -> ProposalContext:
    """Put together what is known about a proposal on a day."""
    on_day = rules_on(rules.book, rules.settings, day)
    state = account_state(account, on_day)
    today = state if day == rules.as_of else account_state(account, rules)
    nets = {item.id: item.net for item in state.open_invoices}
    owed = [
        OwedInvoice(
            invoice,
            state.balances.open[invoice.id],
            nets.get(invoice.id, state.balances.open[invoice.id]),
            (day - invoice.due).days,
        )
        for row in entry.rows
        if (invoice := state.balances.invoices.get(row.id))
    ]
    return ProposalContext(
        state=state,
        entry=entry,
        owed=tuple(sorted(owed, key=lambda o: (o.invoice.due, o.invoice.id))),
        amounts_asked=amounts_of(state, entry),
        step=step_of(state, entry),
        policy=policy_of(state, entry),
        edit=edit or ProposalEdit(),
        no_rate=missing_rate(today, entry),
    )


def would_do(
    context: ProposalContext, choose: str | None = None
) -> tuple[tuple[Action, ...], tuple[Problem, ...]]:
    """Return what approval would do on the page's day, with *choose* in the file.

    What the law's table has no rate for is left out, and a problem.
    """
    return effect_of(context.state, context.entry, choose or context.chosen)
