"""Small values to build a ledger from, so that a test reads as a table.

Days are ISO texts, amounts are texts in EUR unless a currency is named. The
policy is the one of the design: ``STANDARD``. INV-1 is due on Thursday,
2026-10-01, so its steps fall on 09-28, 10-08, 10-22, 11-02, 11-16, 11-30, 12-30.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from goodterms.conditions.expressions import compile_condition
from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.decision.state.effective_policies import effective_policies as make_rules
from goodterms.model.calendar import Period
from goodterms.model.journal import EntryState, JournalDocument, JournalRow
from goodterms.model.ledger import Account, Contact, Credit, Invoice, Payment, Profile
from goodterms.model.money import Money
from goodterms.model.plan import AccountPlan, Action, WaitingInvoice
from goodterms.model.policy import (
    Approval,
    Condition,
    Jurisdiction,
    Limit,
    Migration,
    Offer,
    PausePolicy,
    Policy,
    PolicyBook,
    Recommendation,
    Remedy,
    Step,
    ThanksPolicy,
)
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import (
    Bounce,
    Call,
    CashReceived,
    ContactMade,
    CreditNote,
    Dispute,
    Extension,
    Instalment,
    InstalmentPlan,
    Pause,
    Promise,
    Record,
    Reply,
    Resolution,
    Resume,
    Settlement,
)
from goodterms.model.settings import Creditor, Partner, Person, Settings


def day(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


def later(text: str, days: int) -> str:
    """Move an ISO date by calendar days."""
    return (day(text) + timedelta(days=days)).isoformat()


def money(amount: str, currency: str = "EUR") -> Money:
    """Return an amount."""
    return Money(Decimal(amount), currency)


def when(source: str) -> Condition:
    """Compile a condition."""
    return compile_condition(source)


PHONE_WHEN = when("overdue >= 250 or segment == 'key'")
CHOICES = (
    Remedy("ride-out", pause=30),
    Remedy("plan", offer="three-instalments"),
    Remedy("settlement", offer="settle-10"),
    Remedy("agency", place_with="northstar", credit_hold=True),
    Remedy("legal", place_with="kanzlei-roth", credit_hold=True),
    Remedy("write-off", write_off=True),
)
RECOMMEND = (
    Recommendation("ride-out", when("last_reply_days <= 30 and promises_broken == 0")),
    Recommendation("agency", when("last_reply_days > 60")),
    Recommendation("plan"),
)


def ladder(*steps: Step) -> tuple[Step, ...]:
    """Return steps numbered in the order given."""
    return tuple(replace(step, index=n) for n, step in enumerate(steps))


def step(name: str, offset: int, wait: int = 0, **more: object) -> Step:
    """Return a warm e-mail step with a template of its own name."""
    made = Step(name, 0, offset, wait, channel="email", tone="warm", template=name)
    return replace(made, **more)  # type: ignore[arg-type]


COURTESY = step("courtesy-note", -5, until=0)
FRIENDLY = step("friendly-reminder", 7, 7)
CALL = step(
    "personal-call",
    21,
    5,
    channel="phone",
    template="call-brief",
    lapse=10,
    when=PHONE_WHEN,
)
OPTIONS = step("payment-options", 30, 10, tone="neutral", offer="three-instalments")
FORMAL = step("formal-letter", 45, 14, channel="letter", tone="formal")
FINAL = step(
    "final-notice",
    60,
    14,
    channel="letter",
    tone="final",
    approval=Approval("finance-leads", 1, 14),
)
TRIAGE = step(
    "triage",
    90,
    channel=None,
    tone=None,
    template=None,
    approval=Approval("finance-leads", 2, 21),
    choose=CHOICES,
    recommend=RECOMMEND,
)
OFFERS = {
    "three-instalments": Offer(
        "three-instalments",
        "instalments",
        14,
        count=3,
        every=Period(1, "month"),
        first=7,
    ),
    "settle-10": Offer("settle-10", "discount", 14, percent=Decimal(10)),
}
STANDARD = Policy(
    "standard",
    3,
    day("2025-01-01"),
    ladder(COURTESY, FRIENDLY, CALL, OPTIONS, FORMAL, FINAL, TRIAGE),
    segments=("standard", "new"),
    tolerance={"EUR": money("5.00")},
    window=("08:00", "18:00"),
    limits=(Limit(1, 5), Limit(4, 30), Limit(2, 7, "phone")),
    pauses=PausePolicy(after_payment=5, promise_grace=2, promises=2, resume_gap=3),
    paid=ThanksPolicy("thank-you", "email"),
    offers=OFFERS,
)

SETTINGS = Settings(
    Creditor("Linden & Partner GmbH", "DE", "Europe/Berlin", "ar@linden.example"),
    people={
        "dana": Person("dana", "Dana Lindqvist", "dana@linden.example"),
        "omar": Person("omar", "Omar Haddad", "omar@linden.example"),
    },
    teams={"finance-leads": ("dana", "omar")},
    partners={
        "northstar": Partner(
            "northstar", "agency", "Northstar", "in@northstar.example", Decimal(25)
        ),
        "kanzlei-roth": Partner("kanzlei-roth", "lawyer", "Roth", "post@roth.example"),
    },
)

HOLIDAYS = {
    "DE": frozenset({day("2026-10-03"), day("2026-12-25"), day("2027-01-01")}),
    "FR": frozenset({day("2026-11-11"), day("2026-12-25"), day("2027-01-01")}),
}


def book(
    *policies: Policy, jurisdictions: Mapping[str, Jurisdiction] | None = None
) -> PolicyBook:
    """Return policies whose templates can all be rendered."""
    held = policies or (STANDARD,)
    named = {s.template for policy in held for s in policy.ladder if s.template}
    thanks = {policy.paid.template for policy in held if policy.paid}
    extra = {"instalment-reminder", "offer-instalments", "offer-discount", "placement"}
    return PolicyBook(
        {policy.ref: policy for policy in held},
        default_segment="standard",
        templates={name: f"sha256:{name}" for name in named | thanks | extra},
        jurisdictions=jurisdictions or {},
        holidays=lambda country: HOLIDAYS.get(country, frozenset()),
    )


def rules_on(as_of: str, *policies: Policy, **more: object) -> EffectivePolicies:
    """Return the rules of a day; STANDARD unless policies are named."""
    return make_rules(book(*policies, **more), SETTINGS, day(as_of))  # type: ignore[arg-type]


def invoice(  # noqa: PLR0913 - the columns of a table
    name: str = "INV-1",
    *,
    due: str = "2026-10-01",
    issued: str = "2026-09-01",
    total: str = "1190.00",
    currency: str = "EUR",
    paid: Iterable[tuple[str, str]] = (),
    credited: Iterable[tuple[str, str]] = (),
    pin: str | None = None,
) -> Invoice:
    """Return an invoice; *paid* and *credited* are (day, amount) pairs."""
    return Invoice(
        name,
        day(issued),
        day(due),
        money(total, currency),
        payments=tuple(Payment(day(on), money(a, currency)) for on, a in paid),
        credits=tuple(Credit(day(on), money(a, currency)) for on, a in credited),
        policy=ref(pin) if pin else None,
    )


def ref(text: str) -> PolicyRef:
    """Read ``standard@3``."""
    name, _, version = text.partition("@")
    return PolicyRef(name, int(version))


PETRA = Contact("Petra Vogel", "accounts-payable", "ap@acme.example", "+49 30 1")
PROFILE = Profile(
    "ACME GmbH",
    (PETRA,),
    segment="standard",
    since=day("2019-04-01"),
    owner="dana",
    language="en",
    address=("Hauptstr. 1", "10115 Berlin"),
    channels=("email", "phone", "letter"),
    annual_value=(money("120000.00"),),
)


def account(
    *invoices: Invoice,
    records: Iterable[Record] = (),
    journal: Iterable[JournalDocument] = (),
    name: str = "acme",
    **profile: object,
) -> Account:
    """Return an account with one invoice, INV-1, unless others are given."""
    return Account(
        name,
        replace(PROFILE, **profile),  # type: ignore[arg-type]
        invoices or (invoice(),),
        tuple(records),
        tuple(journal),
    )


def plan_on(at: Account, as_of: str, *policies: Policy, **more: object) -> AccountPlan:
    """Decide for one account on one day."""
    return plan_account(at, rules_on(as_of, *policies, **more))


# ---------------------------------------------------------------- the journal


def sent(
    on: str,
    step_name: str,
    *rows: str | JournalRow,
    **more: object,
) -> JournalDocument:
    """Say that a message went out; INV-1 took the step unless rows are given."""
    made = JournalDocument(
        id=f"{on}-{step_name}",
        day=day(on),
        on=day(on),
        kind="send",
        state="sent",
        step=step_name,
        policy=STANDARD.ref,
        channel="email",
        to="ap@acme.example",
        invoices=tuple(
            row
            if isinstance(row, JournalRow)
            else JournalRow(row, step_name, "1190.00")
            for row in rows or ("INV-1",)
        ),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def took(name: str, step_name: str, opened: str = "1190.00") -> JournalRow:
    """Return a row of a journal entry."""
    return JournalRow(name, step_name, opened)


def briefed(
    on: str, *rows: str | JournalRow, step_name: str = "personal-call"
) -> JournalDocument:
    """Say that a call was handed to the owner."""
    return sent(on, step_name, *rows, kind="call", channel="phone", to="+49 30 1")


def then(
    entry: JournalDocument, on: str, state: EntryState, **more: object
) -> JournalDocument:
    """Say what became of an entry later."""
    made = JournalDocument(id=entry.id, day=day(on), at=f"{on}T09:00:00Z", state=state)
    return replace(made, **more)  # type: ignore[arg-type]


def proposed(
    on: str, step_name: str, *rows: str | JournalRow, **more: object
) -> JournalDocument:
    """Say that people were asked, on no facts in particular; it runs for 14 days."""
    made = sent(
        on,
        step_name,
        *rows,
        kind="propose",
        state="proposed",
        expires=day(on) + timedelta(days=14),
        choose="approve",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def upto(step_name: str, *names: str) -> tuple[JournalDocument, ...]:
    """Say that INV-1 (or others due then) took all steps up to one, on time."""
    days = {
        "friendly-reminder": "2026-10-08",
        "personal-call": "2026-10-22",
        "payment-options": "2026-11-02",
        "formal-letter": "2026-11-16",
        "final-notice": "2026-11-30",
    }
    known = list(days)
    return tuple(
        briefed(days[name], *names)
        if name == "personal-call"
        else sent(days[name], name, *names)
        for name in known[: known.index(step_name) + 1]
    )


# ---------------------------------------------------------------- the records


def _named(kind: str, on: str, invoices: Iterable[str]) -> dict[str, object]:
    return {
        "id": f"{on}-{kind}",
        "on": day(on),
        "by": "dana",
        "invoices": tuple(invoices),
    }


def reply(on: str, *, answered: bool = False, **more: object) -> Reply:
    """Say that the customer answered."""
    return Reply(**(_named("reply", on, ()) | {"answered": answered} | more))  # type: ignore[arg-type]


def call(on: str, outcome: str = "reached", *invoices: str, **more: object) -> Call:
    """Say that somebody telephoned."""
    return Call(**(_named("call", on, invoices) | {"outcome": outcome} | more))  # type: ignore[arg-type]


def met(on: str, *invoices: str, **more: object) -> ContactMade:
    """Say that a person wrote to or met the customer outside the tool."""
    return ContactMade(**(_named("contact", on, invoices) | more))  # type: ignore[arg-type]


def promise(
    on: str, pay_by: str, amount: str | None = None, *invoices: str, **more: object
) -> Promise:
    """Say that the customer promised to pay."""
    fields = {"pay_by": day(pay_by), "amount": amount}
    return Promise(**(_named("promise", on, invoices) | fields | more))  # type: ignore[arg-type]


def dispute(on: str, review_by: str, *invoices: str, **more: object) -> Dispute:
    """Say that the customer contests invoices."""
    fields = {"review_by": day(review_by)}
    return Dispute(**(_named("dispute", on, invoices) | fields | more))  # type: ignore[arg-type]


def resolution(
    on: str, of: str, outcome: str = "rejected", credit: str | None = None
) -> Resolution:
    """Say how a dispute ended."""
    fields = {"of": of, "outcome": outcome, "credit": credit}
    return Resolution(**(_named("resolution", on, ()) | fields))  # type: ignore[arg-type]


def extension(on: str, until: str, *invoices: str, **more: object) -> Extension:
    """Say that we gave more time."""
    fields = {"until": day(until)}
    return Extension(**(_named("extension", on, invoices) | fields | more))  # type: ignore[arg-type]


def instalments(
    on: str, parts: Iterable[tuple[str, str]], *invoices: str, **more: object
) -> InstalmentPlan:
    """Say that a plan was agreed; *parts* are (due, amount) pairs."""
    fields = {"instalments": tuple(Instalment(day(due), a) for due, a in parts)}
    return InstalmentPlan(**(_named("plan", on, invoices) | fields | more))  # type: ignore[arg-type]


def settlement(on: str, value: str, *invoices: str, **more: object) -> Settlement:
    """Say that value was received in another form."""
    fields = {"value": value, "form": "goods"}
    return Settlement(**(_named("settlement", on, invoices) | fields | more))  # type: ignore[arg-type]


def cash(on: str, amount: str, currency: str = "EUR", **more: object) -> CashReceived:
    """Say that money came in which no invoice's payments quote yet."""
    fields = {"amount": money(amount, currency)}
    return CashReceived(**(_named("payment", on, ()) | fields | more))  # type: ignore[arg-type]


def credit_note(
    on: str, amount: str, currency: str = "EUR", **more: object
) -> CreditNote:
    """Say that we credited an amount which no invoice's credits quote yet."""
    fields = {"amount": money(amount, currency)}
    return CreditNote(**(_named("credit-note", on, ()) | fields | more))  # type: ignore[arg-type]


def pause(on: str, until: str, **more: object) -> Pause:
    """Say that the account is left alone for a while."""
    return Pause(**(_named("pause", on, ()) | {"until": day(until)} | more))  # type: ignore[arg-type]


def resume(on: str, **more: object) -> Resume:
    """Say that a pause or a broken plan is over."""
    return Resume(**(_named("resume", on, ()) | more))  # type: ignore[arg-type]


def bounce(on: str, of: str, channel: str = "email", **more: object) -> Bounce:
    """Say that a message did not arrive."""
    fields = {"of": of, "channel": channel}
    return Bounce(**(_named("bounce", on, ()) | fields | more))  # type: ignore[arg-type]


# ------------------------------------------------------------- what is decided


def told(action: Action) -> str:
    """Tell an action in a line: ``send formal-letter: INV-1 INV-2/courtesy-note``.

    A rider names its own step; listed invoices stand in brackets.
    """
    rows = [
        line.id if line.step == action.step else f"{line.id}/{line.step}"
        for line in action.invoices
    ]
    listed = [f"({line.id})" for line in action.listed]
    return " ".join([action.kind, f"{action.step}:", *rows, *listed])


def does(made: AccountPlan, *kinds: str) -> list[str]:
    """Tell the actions, without tasks unless kinds are named."""
    return [
        told(action)
        for action in made.actions
        if (action.kind in kinds if kinds else action.kind != "task")
    ]


def tasks(made: AccountPlan) -> list[str]:
    """Name the tasks."""
    return [action.step for action in made.actions if action.kind == "task"]


def standing(made: AccountPlan, name: str = "INV-1") -> str:
    """Say where an invoice stands; ``-`` when an action advances it or none."""
    found = [wait.standing for wait in made.waiting if wait.invoice == name]
    return found[0] if found else "-"


def stands(made: AccountPlan) -> dict[str, str]:
    """Map the waiting invoices to their standing."""
    return {wait.invoice: wait.standing for wait in made.waiting}


def waiting(made: AccountPlan, name: str = "INV-1") -> WaitingInvoice:
    """Return the entry of a waiting invoice."""
    return next(wait for wait in made.waiting if wait.invoice == name)


def next_on(made: AccountPlan, name: str = "INV-1") -> str:
    """Say what comes next for an invoice and when: ``formal-letter 2026-11-16``."""
    following = waiting(made, name).next
    return f"{following.step} {following.on}" if following else "-"


def migration(*versions: int, **steps: str) -> Migration:
    """Take versions over; keyword names are old steps, with ``_`` for ``-``."""
    return Migration(
        versions, {old.replace("_", "-"): new for old, new in steps.items()}
    )
