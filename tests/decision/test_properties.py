"""What holds for every ledger: order, repetition, limits, approval, patience."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.decision.plan import join_plans, plan_account
from goodterms.decision.state.account_state import account_state
from goodterms.decision.state.effective_policies import EffectivePolicies
from goodterms.model.calendar import plus
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import HARD_FLAGS, Account, Credit, Payment
from goodterms.model.plan import AccountPlan, InvoiceLine, Plan
from goodterms.model.policy import Policy, Step
from goodterms.model.records import Call, ContactMade, Record
from goodterms.views.plan_json import to_json, to_text
from tests.support.factory import (
    account,
    cash,
    dispute,
    invoice,
    met,
    money,
    pause,
    promise,
    reply,
    sent,
    settlement,
)
from tests.support.generated_ledgers import (
    POLICIES,
    Turn,
    an_account,
    play,
    rules_of,
    text,
)
from tests.support.play_days import recorded

settings.register_profile(
    "house", max_examples=160, deadline=None, derandomize=True, database=None
)
settings.load_profile("house")

#: The number that a ledger, its policy and its luck are made of.
PLAYS = 270
seeds = st.integers(0, PLAYS - 1)


def told(made: AccountPlan, rules: EffectivePolicies) -> str:
    """Write a plan as the command does."""
    return to_text(to_json(join_plans([made], rules), rules.book.templates))


def busy(seed: int, *kinds: str) -> list[Turn]:
    """Return the turns of a play in which something (of some kinds) is done."""
    return [t for t in play(seed) if (t.of(*kinds) if kinds else t.made.actions)]


def lines(turn: Turn, *kinds: str) -> list[InvoiceLine]:
    """Return the invoices that actions of some kinds advance."""
    return [line for action in turn.of(*kinds) for line in action.invoices]


def test_the_plays_reach_every_corner() -> None:
    """A property of turns that never come would prove nothing."""
    made = Counter(
        f"{action.kind} {action.step}"
        for seed in range(PLAYS)
        for turn in play(seed)
        for action in turn.made.actions
    )
    stood = Counter(
        wait.standing
        for seed in range(PLAYS)
        for turn in play(seed)
        for wait in turn.made.waiting
    )

    rare = {name: count for name, count in (made + stood).items() if count < 3}
    assert rare == {}
    assert {name.split()[0] for name in made} == {
        "send",
        "call",
        "propose",
        "close",
        "place",
        "hold",
        "release",
        "write-off",
        "thank",
        "task",
    }
    assert len(stood) >= 19


# ------------------------------------------------------------------------ order


@given(seeds)
def test_the_order_of_files_does_not_matter(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - dice, and no secret
    for turn in busy(seed):
        invoices, records = list(turn.before.invoices), list(turn.before.records)
        dice.shuffle(invoices)
        dice.shuffle(records)
        mixed = replace(turn.before, invoices=tuple(invoices), records=tuple(records))

        assert told(plan_account(mixed, turn.rules), turn.rules) == told(
            turn.made, turn.rules
        )


def numbered(at: Account, name: str) -> Account:
    """Give an account a name, and its invoices numbers that nobody else has."""
    own = tuple(replace(each, number=f"{name}-{each.id}") for each in at.invoices)
    return replace(at, id=name, invoices=own)


@given(seeds, seeds, st.dates(date(2026, 8, 3), date(2027, 1, 31)))
def test_an_account_stands_alone(one: int, other: int, on: date) -> None:
    rules = rules_of("plain", on)
    accounts = [numbered(an_account(one), "b"), numbered(an_account(other), "a")]
    plans = [plan_account(at, rules) for at in accounts]

    whole = join_plans(plans, rules)

    assert whole == join_plans(reversed(plans), rules)
    assert whole.actions == (*plans[1].actions, *plans[0].actions)
    assert whole.waiting == (*plans[1].waiting, *plans[0].waiting)


# -------------------------------------------------------------------- repetition


@given(seeds)
def test_a_second_run_on_the_same_day_does_nothing(seed: int) -> None:
    for turn in play(seed, smooth=True):
        again = plan_account(turn.after, turn.rules)

        assert [a for a in again.actions if a.kind != "task"] == []


@given(seeds)
def test_every_open_invoice_stands_exactly_once(seed: int) -> None:
    for turn in play(seed):
        moving = [line.id for action in turn.made.actions for line in action.invoices]
        waits = [wait.invoice for wait in turn.made.waiting]
        here = account_state(turn.before, turn.rules)

        assert turn.made.problems == ()
        assert sorted([*moving, *waits]) == sorted(
            item.id for item in here.open_invoices
        )
        assert "settled" not in {wait.standing for wait in turn.made.waiting}


@given(seeds)
def test_ids_are_unique_and_never_used_again_but_to_retry(seed: int) -> None:
    for turn in busy(seed):
        entries = [action.entry for action in turn.made.actions]
        known = {doc.id: doc.state for doc in turn.before.journal if doc.state}

        assert len(set(entries)) == len(entries)
        for action in turn.made.actions:
            if action.retry:
                assert known[action.entry] == "failed"
            elif action.decision != action.entry:
                assert action.entry not in known
                assert action.entry.startswith(f"{turn.on}-{action.step}")


# ------------------------------------------------------------- the books we keep


def folded(docs: Iterable[JournalDocument]) -> dict[str, JournalDocument]:
    """Fold documents of one id: its state, day and invoices are the last ones."""
    final: dict[str, JournalDocument] = {}
    for doc in docs:
        known = final.get(doc.id, doc)
        rows = doc.invoices or known.invoices
        final[doc.id] = replace(
            known, state=doc.state, on=doc.on or known.on, invoices=rows
        )
    return final


def arrived(at: Account) -> list[JournalDocument]:
    """Return the entries that may have reached somebody."""
    bounced = {record.id[2:] for record in at.records if record.id.startswith("b-")}
    return [
        doc
        for doc in folded(at.journal).values()
        if doc.state in ("sent", "in-doubt") and doc.id not in bounced
    ]


def steps_taken(at: Account) -> dict[str, list[tuple[str, date]]]:
    """List the steps that each invoice took, in time."""
    steps: dict[str, list[tuple[str, date]]] = {}
    for doc in sorted(arrived(at), key=lambda doc: doc.on or doc.day):
        offers = doc.kind == "send" and doc.choose not in (None, "approve")
        if doc.kind in ("send", "place", "write-off") and not offers:
            for row in doc.invoices or ():
                steps.setdefault(row.id, []).append((row.step or "", doc.on or doc.day))
    return steps


def contacts(turn: Turn) -> list[tuple[date, str | None]]:
    """List the contacts before a run."""
    made = [
        (doc.on or doc.day, doc.channel)
        for doc in arrived(turn.before)
        if doc.kind in ("send", "thank")
    ]
    for record in turn.before.records:
        if record.on <= turn.on and isinstance(record, Call):
            made.append((record.on, "phone"))
        if record.on <= turn.on and isinstance(record, ContactMade):
            made.append((record.on, record.channel))
    return made


# ------------------------------------------------------------------------ ladder


def passed_rightly(at: Account, name: str, due: date, rung: Step, on: date) -> bool:
    """Whether a step may have been passed over by a day: too late, or not called."""
    if rung.until is not None:
        return on > plus(due, rung.until)
    handed = [
        doc.day
        for doc in at.journal
        if doc.kind == "call"
        for row in doc.invoices or ()
        if (row.id, row.step) == (name, rung.name)
    ]
    return rung.channel == "phone" and bool(handed) and min(handed) <= on


@given(seeds)
def test_no_step_is_skipped_or_repeated_or_hurried(seed: int) -> None:
    turn = play(seed)[-1]
    rungs = {rung.name: rung for rung in turn.policy.ladder}
    dues = {each.id: each.due for each in turn.after.invoices}
    for name, rows in steps_taken(turn.after).items():
        last, since = None, None
        for taken, on in rows:
            rung = rungs[taken]
            start = last.index if last else -1
            passed = turn.policy.ladder[start + 1 : rung.index]

            assert rung.index > start
            assert on >= plus(dues[name], rung.offset)
            assert since is None or on >= plus(since, last.wait if last else 0)
            assert all(
                passed_rightly(turn.after, name, dues[name], each, on)
                for each in passed
            )
            last, since = rung, on


@given(seeds)
def test_the_firmest_step_leads_and_gives_the_message_its_tone(seed: int) -> None:
    for turn in busy(seed, "send"):
        rungs = {rung.name: rung for rung in turn.policy.ladder}
        for action in turn.of("send"):
            if action.invoices and action.choose in (None, "approve"):
                own = [rungs[line.step or ""] for line in action.invoices]
                lead = max(own, key=lambda rung: rung.rank)

                assert (action.step, action.tone, action.template) == (
                    lead.name,
                    lead.tone,
                    lead.template,
                )


@given(seeds)
def test_nobody_falls_back_to_a_lower_tone_sooner_than_the_wait(seed: int) -> None:
    """While another invoice of the case stands higher, a lower word waits."""
    for turn in busy(seed, "send"):
        here = account_state(turn.before, turn.rules)
        waits = {wait.invoice: wait.standing for wait in turn.made.waiting}
        for action in turn.of("send"):
            lead = turn.policy.step(action.step)
            if not action.invoices or action.decision or lead is None:
                continue
            currencies = {line.open.currency for line in action.invoices}
            for item in here.open_invoices:
                higher = item.last_step and item.last_step[0].rank > lead.rank
                if (
                    higher
                    and item.overdue
                    and len(currencies) == 1
                    and item.currency in currencies
                    and waits.get(item.id) == "waiting"
                ):
                    step, on = item.last_step or (lead, turn.on)
                    assert turn.on >= plus(on, step.wait)


# --------------------------------------------------------------- limits, manners


@given(seeds)
def test_limits_hold_over_any_gap(seed: int) -> None:
    for turn in busy(seed, "send", "thank"):
        made = contacts(turn)
        for action in turn.of("send", "thank"):
            for limit in turn.policy.limits:
                inside = [
                    on
                    for on, channel in made
                    if turn.on - timedelta(limit.per) < on <= turn.on
                    and limit.channel in (None, channel)
                ]
                if limit.channel in (None, action.channel):
                    assert len(inside) < limit.contacts
            made.append((turn.on, action.channel))


@given(seeds)
def test_one_message_by_one_channel_on_one_day(seed: int) -> None:
    said = Counter(
        (turn.on, action.channel)
        for turn in play(seed, smooth=True)
        for action in turn.of("send", "thank")
    )

    assert all(count == 1 for count in said.values())


@given(seeds)
def test_nobody_hears_a_message_on_the_day_of_a_call(seed: int) -> None:
    """Neither in one run nor in the runs of one day."""
    said: dict[date, set[str]] = {}
    for turn in play(seed, smooth=True):
        for action in turn.of("send", "thank", "call"):
            said.setdefault(turn.on, set()).add(action.channel or "")

    assert all(
        channels == {"phone"} for channels in said.values() if "phone" in channels
    )


@given(seeds)
def test_nobody_is_addressed_on_a_day_without_business(seed: int) -> None:
    for turn in busy(seed, "send", "call", "thank", "propose", "place"):
        calendar = turn.rules.book.calendar(turn.policy, turn.before.profile.country)
        fresh = [a for a in turn.of("propose") if not a.decision]

        if not calendar.is_business_day(turn.on):
            assert turn.of("send", "call", "thank", "place") == []
            assert fresh == []


@given(seeds)
def test_what_is_asked_for_is_what_is_open_less_what_we_hold(seed: int) -> None:
    for turn in busy(seed, "send", "call"):
        for action in turn.of("send", "call"):
            if action.step == "instalment":
                continue
            shown = (*action.invoices, *action.listed)
            sums = {
                line.open.currency: money("0", line.open.currency) for line in shown
            }
            for line in shown:
                sums[line.open.currency] += line.open
            for less in action.deductions:
                sums[less.amount.currency] -= less.amount

            assert {total.currency: total for total in action.totals} == sums
            assert all(total.amount > 0 for total in action.totals)


# ---------------------------------------------------------------------- approval


@given(seeds)
def test_a_gated_step_never_goes_without_an_approval(seed: int) -> None:
    for turn in busy(seed, "send", "place", "hold", "write-off"):
        gated = {rung.name for rung in turn.policy.ladder if rung.approval}
        said = {d.id: d for d in turn.before.journal if d.state == "approved"}
        asked = folded(turn.before.journal)
        for action in turn.of("send", "place", "hold", "write-off"):
            steps = {line.step for line in action.invoices} | {action.step}
            if steps & gated:
                yes = said[action.decision or ""]
                rows = asked[yes.id].invoices or ()

                assert steps == {action.step} == {asked[yes.id].step}
                assert (yes.choose or "approve") == action.choose
                assert yes.day <= turn.on <= plus(yes.day, 14)
                assert {line.id for line in action.invoices} <= {r.id for r in rows}


@given(seeds)
def test_a_decision_is_carried_out_once(seed: int) -> None:
    done = Counter(
        (action.decision, action.kind)
        for turn in play(seed, smooth=True)
        for action in turn.made.actions
        if action.decision and action.kind != "propose"
    )

    assert all(count == 1 for count in done.values())


@given(seeds)
def test_one_open_proposal_per_case(seed: int) -> None:
    for turn in busy(seed, "propose"):
        opened = account_state(turn.after, turn.rules).balances.invoices
        cases = Counter(
            currency
            for doc in folded(turn.after.journal).values()
            if doc.state == "proposed" and doc.expires and turn.on <= doc.expires
            for currency in {opened[row.id].currency for row in doc.invoices or ()}
        )

        assert all(count == 1 for count in cases.values())


# --------------------------------------------------------------- facts of today


def with_record(at: Account, record: Record) -> Account:
    """Add a record."""
    return replace(at, records=(*at.records, record))


@given(seeds, st.sampled_from(["pause", "reply", "autopay", *HARD_FLAGS]))
def test_what_concerns_the_account_silences_it_today(seed: int, fact: str) -> None:
    for turn in busy(seed, "send", "call", "thank", "propose", "place"):
        on = text(turn.on)
        if fact == "pause":
            changed = with_record(turn.before, pause(on, on, id="new"))
        elif fact == "reply":
            changed = with_record(turn.before, reply(on, id="new"))
        else:
            flags = turn.before.profile.flags | {fact}
            profile = replace(turn.before.profile, flags=flags)
            changed = replace(turn.before, profile=profile)

        kinds = {action.kind for action in plan_account(changed, turn.rules).actions}

        assert kinds.isdisjoint({"send", "call", "propose", "place", "write-off"})
        assert fact not in HARD_FLAGS or "thank" not in kinds


@given(seeds, st.sampled_from(["dispute", "promise", "part", "all"]))
def test_what_concerns_an_invoice_takes_it_out_of_todays_messages(
    seed: int, fact: str
) -> None:
    for turn in busy(seed, "send", "call", "propose"):
        on, moving = text(turn.on), lines(turn, "send", "call", "propose")
        if not moving:
            continue
        name = moving[-1].id
        if fact == "dispute":
            changed = with_record(turn.before, dispute(on, on, name, id="new"))
        elif fact == "promise":
            given_ = promise(on, on, None, name, id="new", approved_by="omar")
            changed = with_record(turn.before, given_)
        else:
            changed = paying(
                turn.before, name, turn.on, "1.00" if fact == "part" else None
            )

        made = plan_account(changed, turn.rules)

        assert name not in {
            line.id
            for action in made.actions
            if action.kind in ("send", "call", "propose")
            for line in (*action.invoices, *action.listed)
        }


def paying(at: Account, name: str, on: date, part: str | None) -> Account:
    """Return the account after a payment on one invoice: a part, or its total."""
    found = next(each for each in at.invoices if each.id == name)
    amount = money(part, found.currency) if part else found.total
    paid = replace(found, payments=(*found.payments, Payment(on, amount)))
    others = [each for each in at.invoices if each.id != name]
    return replace(at, invoices=(*others, paid))


def rungs(made: AccountPlan, policy: Policy) -> dict[str, int]:
    """Map open invoices to the place of the step that they take or take next."""
    index = {rung.name: rung.index for rung in policy.ladder}
    found = {wait.invoice: index[wait.next.step] for wait in made.waiting if wait.next}
    for action in made.actions:
        found |= {line.id: index[line.step or ""] for line in action.invoices}
    return found


@given(seeds, st.integers(0, 3), st.sampled_from(["1.00", None]))
def test_a_payment_never_raises_a_step(seed: int, which: int, part: str | None) -> None:
    for turn in busy(seed):
        chosen = turn.before.invoices[which % len(turn.before.invoices)]
        if chosen.issued > turn.on:
            continue
        paid = paying(turn.before, chosen.id, turn.on, part)

        before = rungs(turn.made, turn.policy)
        after = rungs(plan_account(paid, turn.rules), turn.policy)

        assert all(
            _only_expired(turn.policy, before[name], after[name])
            for name in after
            if name in before
        )


def _only_expired(policy: Policy, before: int, after: int) -> bool:
    """Whether it moved on by steps at most that make no sense after the pause."""
    passed = policy.ladder[before:after]
    return all(each.until is not None or each.lapse is not None for each in passed)


@given(seeds, st.integers(0, 3))
def test_nothing_that_helps_a_customer_adds_a_message_of_its_own(
    seed: int, which: int
) -> None:
    """What goes after it would have gone without it, or was held for its sake."""
    for turn in play(seed)[which::4]:
        chosen = turn.before.invoices[which % len(turn.before.invoices)]
        if chosen.issued > turn.on:
            continue
        on = text(turn.on)
        for changed in (
            with_record(turn.before, dispute(on, on, chosen.id, id="new")),
            with_record(turn.before, promise(on, on, None, chosen.id, id="new")),
            paying(turn.before, chosen.id, turn.on, None),
            paying(turn.before, chosen.id, turn.on, "1.00"),
        ):
            made = plan_account(changed, turn.rules)
            held = {
                wait.invoice
                for wait in turn.made.waiting
                if wait.standing in ("one-conversation", "limit")
            }
            moved = {line.id for line in lines(turn, "send")}
            for action in made.actions:
                if action.kind == "send":
                    assert {line.id for line in action.invoices} <= moved | held


# ------------------------------------------------------------------- back-tests


@given(seeds, st.integers(1, 60))
def test_facts_of_later_days_do_not_exist_yet(seed: int, ahead: int) -> None:
    for turn in busy(seed):
        then = plus(turn.on, ahead)
        future = with_future(turn.before, then)

        assert told(plan_account(future, turn.rules), turn.rules) == told(
            turn.made, turn.rules
        )


def with_future(at: Account, then: date) -> Account:
    """Add facts of every kind, dated on a later day."""
    on = text(then)
    settled = (
        replace(
            each,
            payments=(*each.payments, Payment(then, each.total)),
            credits=(*each.credits, Credit(then, each.total)),
        )
        for each in at.invoices
    )
    records = (
        reply(on, id="f1"),
        pause(on, on, id="f2"),
        met(on, step="friendly-reminder", id="f3"),
        cash(on, "1190.00", id="f4"),
        settlement(on, "9.00", id="f5"),
        dispute(on, on, id="f6"),
        promise(on, on, id="f7"),
    )
    docs = [
        sent(on, "formal-letter", each.id, id=f"f-{each.id}") for each in at.invoices
    ]
    undone = [
        JournalDocument(
            id=doc.id, day=then, state="declined" if doc.kind == "propose" else "failed"
        )
        for doc in at.journal
        if doc.kind
    ]
    return replace(
        at,
        invoices=(*settled, invoice("NEW", issued=on, due=on)),
        records=(*at.records, *records),
        journal=(*at.journal, *docs, *undone),
    )


# ------------------------------------------------------------------ equal bytes


def wide() -> Account:
    """Return an account with six invoices in three currencies and some records."""
    currencies = ("EUR", "USD", "EUR", "JPY", "EUR", "USD")
    found = [
        invoice(
            f"INV-{n}",
            due=f"2026-0{9 - n % 3}-1{n}",
            issued="2026-06-01",
            total="1190" if currency == "JPY" else "1190.00",
            currency=currency,
        )
        for n, currency in enumerate(currencies)
    ]
    records = (
        dispute("2026-10-05", "2026-11-05", "INV-3"),
        met("2026-10-06", "INV-2"),
        cash("2026-09-20", "12.00"),
        cash("2026-09-21", "30.00", "USD"),
    )
    return account(*found, records=records)


def sample() -> str:
    """Tell the plans of a ledger on some days, under every policy."""
    texts = []
    for policy in sorted(POLICIES):
        at = wide()
        for on in ("2026-10-08", "2026-10-20", "2026-11-02", "2026-12-30"):
            rules = rules_of(policy, date.fromisoformat(on))
            made = plan_account(at, rules)
            texts.append(told(made, rules))
            at = recorded(at, made, rules.as_of)
    return "".join(texts)


@pytest.mark.parametrize(
    ("seed", "locale", "zone"),
    [("1", "C", "UTC"), ("2", "tr_TR.UTF-8", "Asia/Tokyo")],
)
def test_equal_inputs_give_equal_bytes_on_every_machine(
    seed: str, locale: str, zone: str
) -> None:
    code = (
        "import sys; from tests.decision.test_properties import sample; print(sample())"
    )
    where = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=os.environ | where | {"PYTHONIOENCODING": "utf-8"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )

    assert done.stdout == sample() + "\n"


def test_a_digest_covers_the_plan_and_the_texts_it_needs() -> None:
    rules = rules_of("plain", date(2026, 10, 14))
    plan = join_plans([plan_account(wide(), rules)], rules)
    fewer = Plan(as_of=plan.as_of, actions=plan.actions[1:], waiting=plan.waiting)
    texts = rules.book.templates
    used = next(action.template for action in plan.actions if action.template)

    digests = [
        to_json(plan, texts)["digest"],
        to_json(fewer, texts)["digest"],
        to_json(replace(plan, as_of=date(2026, 10, 15)), texts)["digest"],
        to_json(plan, {**texts, used or "": "sha256:rewritten"})["digest"],
    ]

    assert len(set(digests)) == 4
    assert to_json(plan, {**texts, "unused": "x"})["digest"] == digests[0]


@given(seeds)
def test_what_waits_until_a_day_is_foretold_for_a_later_one(seed: int) -> None:
    for turn in play(seed):
        for wait in turn.made.waiting:
            if wait.until and wait.next and wait.next.on:
                assert wait.next.on > wait.until
