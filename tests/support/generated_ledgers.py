"""Random but valid ledgers, and a run of many days that keeps its own books.

A ledger is made of one number: the same number makes the same ledger, with
the same luck, on every machine. A failing test names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from goodterms.decision.plan import plan_account
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.model.journal import JournalDocument, SendState
from goodterms.model.ledger import Account, Invoice, Payment
from goodterms.model.plan import AccountPlan, Action
from goodterms.model.policy import Limit, Policy
from goodterms.model.records import CheckIn, Note, Record
from tests.support.factory import (
    CALL,
    CHOICES,
    COURTESY,
    FINAL,
    FORMAL,
    FRIENDLY,
    OFFERS,
    OPTIONS,
    STANDARD,
    TRIAGE,
    account,
    bounce,
    call,
    cash,
    credit_note,
    day,
    dispute,
    extension,
    instalments,
    invoice,
    ladder,
    met,
    money,
    pause,
    promise,
    reply,
    resolution,
    resume,
    rules_on,
    settlement,
    step,
    then,
)
from tests.support.play_days import documents

FIRST = day("2026-08-03")
#: Days between two runs; a zero is a second run of the day.
GAPS = (0, 1, 1, 1, 2, 3, 4, 5, 7, 9, 14)
RUNS = 36

#: Without conditions: what is skipped is skipped for its day, and for nothing else.
PLAIN = replace(
    STANDARD,
    ladder=ladder(
        COURTESY, FRIENDLY, replace(CALL, when=None), OPTIONS, FORMAL, FINAL, TRIAGE
    ),
)
POLICIES: Mapping[str, Policy] = {
    "plain": PLAIN,
    "no limits": replace(PLAIN, limits=(), again=21),
    "tight": replace(PLAIN, limits=(Limit(1, 9), Limit(2, 30, "email"), Limit(3, 60))),
    "quick": replace(
        PLAIN,
        limits=(Limit(1, 2),),
        offers=OFFERS,
        ladder=ladder(
            FRIENDLY,
            step("second", 9, 2, tone="neutral"),
            replace(CALL, offset=10, wait=1, lapse=3, when=None),
            step("third", 11, 3, channel="letter", tone="formal"),
            replace(FINAL, offset=12, wait=2),
            step("after", 20, tone="final"),
        ),
    ),
}


@cache
def rules_of(policy: str, on: date) -> EffectivePolicies:
    """Return the rules of a day under one of POLICIES."""
    return rules_on(on.isoformat(), POLICIES[policy])


def text(on: date) -> str:
    """Write a day."""
    return on.isoformat()


# ------------------------------------------------------------------------- facts


def _invoice(dice: Random, name: str) -> Invoice:
    """Return an invoice; half of them are paid in some way, sometimes reversed."""
    due = FIRST + timedelta(dice.randint(-50, 60))
    total = dice.choice(["4.00", "240.00", "1190.00", "1190.00"])
    made = invoice(
        name,
        due=text(due),
        issued=text(due - timedelta(dice.randint(0, 45))),
        total=total,
        currency=dice.choice(["EUR", "EUR", "EUR", "USD"]),
    )
    return replace(made, payments=_payments(dice, made))


def _payments(dice: Random, of: Invoice) -> tuple[Payment, ...]:
    paid = [
        Payment(
            of.due
            + timedelta(dice.choice([dice.randint(-5, 60), dice.randint(60, 180)])),
            money(dice.choice([str(of.total), "1.00", "90.00"]), of.currency),
        )
        for _ in range(dice.choice([0, 0, 1, 2]))
    ]
    if paid and dice.random() < 0.4:
        back = paid[0].on + timedelta(dice.randint(0, 30))
        paid.append(Payment(back, -paid[0].amount))
    return tuple(paid)


def _records(dice: Random, number: int, names: Sequence[str]) -> list[Record]:
    """Return one record, or two that belong together, with ids of their own."""
    at = FIRST + timedelta(dice.randint(-10, 140))
    on, until = text(at), text(at + timedelta(dice.randint(0, 25)))
    about = tuple(dice.sample(names, dice.randint(0, len(names))))
    id_ = f"{number}-first"
    disputed = dispute(on, until, *about, id=id_)
    amount = dice.choice([None, "1.00", "600.00", "1190.00"])
    ended = text(at + timedelta(3))
    parts = [(until, "600.00"), (text(at + timedelta(50)), "590.00")]
    template = "instalment-reminder"
    kinds: tuple[tuple[Record, ...], ...] = (
        (reply(on, id=id_), reply(until, answered=True, id=f"{number}-answer")),
        (reply(on, answered=True, id=id_),),
        (call(on, dice.choice(["reached", "no-answer", "voicemail"]), *about, id=id_),),
        (met(on, *about, id=id_),),
        (promise(on, until, amount, *about, id=id_),),
        (disputed, replace(resolution(until, id_), id=f"{number}-resolution")),
        (extension(on, until, *about, id=id_),),
        (pause(on, until, id=id_), resume(ended, id=f"{number}-resume")),
        (pause(on, until, id=id_),),
        (settlement(on, dice.choice(["1.00", "90.00"]), *about, id=id_),),
        (cash(on, "50.00", dice.choice(["EUR", "USD"]), id=id_),),
        (credit_note(on, "50.00", dice.choice(["EUR", "USD"]), id=id_),),
        *[(instalments(on, parts, *about, template=template, id=id_),)] * 2,
        (Note(id=id_, on=at, by="dana"), CheckIn(id=f"{number}-x", on=at, by="dana")),
    )
    return list(dice.choice(kinds))


def an_account(seed: int) -> Account:
    """Return an account with one to four invoices and up to four records."""
    dice = Random(seed)  # noqa: S311 - dice, and no secret
    names = [f"INV-{n + 1}" for n in range(dice.randint(1, 4))]
    number = dice.choice([0, 0, 1, 2, 4])
    every = ("email", "phone", "letter")
    return account(
        *(_invoice(dice, name) for name in names),
        records=[r for n in range(number) for r in _records(dice, n, names)],
        channels=dice.choice([every, every, ("email",), ("letter", "email"), ("sms",)]),
        country=dice.choice(["DE", "FR"]),
    )


# ------------------------------------------------------------------- playing days


@dataclass(frozen=True, slots=True)
class Turn:
    """One run: the account before it, the plan, and the account after it."""

    on: date
    policy: Policy
    before: Account
    made: AccountPlan
    after: Account
    rules: EffectivePolicies

    def of(self, *kinds: str) -> list[Action]:
        """Return the actions of some kinds."""
        return [action for action in self.made.actions if action.kind in kinds]


@cache
def play(seed: int, *, smooth: bool = False) -> tuple[Turn, ...]:
    """Run on days with gaps; people decide and messages fail as luck has it.

    *smooth* is a life without failing messages.
    """
    dice = Random(-seed - 1)  # noqa: S311 - dice, and no secret
    policy = sorted(POLICIES)[seed % len(POLICIES)]
    at, on, turns = an_account(seed), FIRST, []
    for _ in range(RUNS):
        on += timedelta(days=dice.choice(GAPS))
        at = _paid_up(_decided(at, on, dice), on, dice)
        rules = rules_of(policy, on)
        made = plan_account(at, rules)
        after = _done(at, made, on, "sent" if smooth else dice.choice(OUTCOMES))
        turns.append(Turn(on, POLICIES[policy], at, made, after, rules))
        at = after
    return tuple(turns)


OUTCOMES = (*("sent",) * 12, "failed", "in-doubt", "bounced")
#: How a message can fail to go, by the name of the outcome.
FAILURES: Mapping[str, SendState] = {"failed": "failed", "in-doubt": "in-doubt"}
ANSWERS = ("", "approve", "approve", "declined")


def _decided(at: Account, on: date, dice: Random) -> Account:
    """Let people decide the proposals that are open."""
    state = {doc.id: doc.state for doc in at.journal if doc.state}
    docs = []
    for entry in [doc for doc in at.journal if doc.kind == "propose"]:
        said = dice.choice(ANSWERS)
        is_open = state[entry.id] == "proposed" and entry.expires
        if not is_open or not entry.expires or on > entry.expires or not said:
            continue
        if said == "declined":
            docs.append(then(entry, text(on), "declined"))
        else:
            options = [remedy.name for remedy in CHOICES]
            choose = dice.choice(options) if entry.step == "triage" else said
            docs.append(then(entry, text(on), "approved", by=("dana",), choose=choose))
    known = {doc.id for doc in docs}
    return replace(at, journal=(*at.journal, *docs)) if known else at


def _paid_up(at: Account, on: date, dice: Random) -> Account:
    """Let a customer whose credit is on hold pay at last, now and then."""
    held = [row.id for d in at.journal if d.kind == "hold" for row in d.listed or ()]
    if not held or dice.random() < 0.8:
        return at
    return replace(
        at,
        invoices=tuple(
            replace(each, payments=(*each.payments, Payment(on, each.total)))
            if each.id in held
            else each
            for each in at.invoices
        ),
    )


def _done(at: Account, made: AccountPlan, on: date, outcome: str) -> Account:
    """Write down what was done; messages end as *outcome* says."""
    known = [doc.id for doc in at.journal]
    docs: list[JournalDocument] = []
    bounces: list[Record] = []
    for action in made.actions:
        for doc in documents(action, known, on):
            delivered = doc.state == "sent" and action.kind in ("send", "thank")
            if delivered and outcome == "bounced":
                channel = action.channel or "email"
                bounces.append(bounce(text(on), doc.id, channel, id=f"b-{doc.id}"))
            failure = FAILURES.get(outcome) if delivered else None
            docs.append(replace(doc, state=failure) if failure else doc)
    return replace(at, journal=(*at.journal, *docs), records=(*at.records, *bounces))
