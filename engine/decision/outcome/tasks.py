"""What waits for one of us: derived from the facts every day, never journaled."""

from collections.abc import Iterable, Sequence
from datetime import date

from goodterms.decision.messages.build_action import owner
from goodterms.decision.outcome.money_tasks import money_tasks
from goodterms.decision.outcome.new_task import (
    call_option,
    edit_option,
    make_task,
    record_option,
)
from goodterms.decision.standing.claimable_charges import claims_without_rate
from goodterms.decision.standing.standing import InvoiceStanding
from goodterms.decision.state.account_state import AccountState
from goodterms.decision.state.promises import PromiseOutcome, approved
from goodterms.decision.state.suspensions import resolutions, unanswered_replies
from goodterms.model.differences import OF_INVOICE, describe_difference
from goodterms.model.ledger import Difference
from goodterms.model.plan import Action, TaskOption
from goodterms.model.records import Bounce, Dispute, Extension, Promise, Record


def tasks(state: AccountState, stands: Sequence[InvoiceStanding]) -> tuple[Action, ...]:
    """List the tasks of an account: what to do, for whom, and why."""
    return (
        *money_tasks(state),
        *_replies(state, stands),
        *_reviews(state, stands),
        *_calls(state, stands),
        *_plans(state, stands),
        *_exhausted(state, stands),
        *_unreachable(state, stands),
        *_differences(state, stands),
        *_rates(state, stands),
        *_approvals(state, stands),
        *_moved_policies(state, stands),
    )


def _targets_of(
    state: AccountState, stands: Iterable[InvoiceStanding], record: Record
) -> list[InvoiceStanding]:
    targets = state.balances.invoices_of(record)
    return [stand for stand in stands if stand.id in targets]


def _blocked_by(
    stands: Iterable[InvoiceStanding], standing: str
) -> dict[str, list[InvoiceStanding]]:
    """Group the invoices that stand so by the reason."""
    by_reason: dict[str, list[InvoiceStanding]] = {}
    for stand in stands:
        if stand.block and stand.block.standing == standing:
            by_reason.setdefault(stand.block.why, []).append(stand)
    return by_reason


def _unreachable(
    state: AccountState, stands: Sequence[InvoiceStanding]
) -> list[Action]:
    """Name the invoices for whose next step no channel is left."""
    bounces = [record.on for record in state.records if isinstance(record, Bounce)]
    edit = edit_option(state, "account.yaml", "another address, or another channel")
    return [
        make_task(
            state,
            "dead-channel",
            why,
            blocked,
            since=max(bounces, default=_first_overdue(state, blocked)),
            way_out=edit,
        )
        for why, blocked in _blocked_by(stands, "bounce").items()
    ]


def _first_overdue(state: AccountState, standings: Iterable[InvoiceStanding]) -> date:
    return min(
        (state.as_of, *(stand.invoice_state.overdue_from for stand in standings))
    )


def _replies(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    """Name the first reply that waits for our answer, whatever else is the case."""
    replies = unanswered_replies(state.records)
    if not replies:
        return []
    targets = frozenset().union(
        *(state.balances.invoices_of(reply) for reply in replies)
    )
    why = f"they replied on {replies[0].on} and wait for our answer"
    named = (stand for stand in stands if stand.id in targets)
    way_out = record_option(state, "contact", form="reply")
    since = replies[0].on
    return [
        make_task(state, "unanswered-reply", why, named, since=since, way_out=way_out),
    ]


def _reviews(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    """Name the disputes whose review date has passed."""
    resolved = resolutions(state.records)
    return [
        make_task(
            state,
            "overdue-review",
            f"dispute {record.id} was to be reviewed by {record.review_by}",
            _targets_of(state, stands, record),
            since=record.review_by,
            way_out=record_option(
                state, "resolution", f"--of {record.id}", "--outcome OUTCOME"
            ),
        )
        for record in state.records
        if isinstance(record, Dispute)
        and record.id not in resolved
        and record.review_by < state.as_of
    ]


def _calls(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    by_call: dict[tuple[date, str], list[InvoiceStanding]] = {}
    for stand in stands:
        rung = stand.next_step
        if stand.block is None and rung and rung.handed_out:
            by_call.setdefault((rung.handed_out, rung.step.name), []).append(stand)
    return [
        make_task(
            state,
            "call-to-make",
            f"{step}, handed out on {handed}: call, then record it",
            to_call,
            since=handed,
            way_out=call_option(state.account.id, owner(state), step),
        )
        for (handed, step), to_call in by_call.items()
    ]


def _plans(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    return [
        make_task(
            state,
            "broken-plan",
            f"{agreement.why}; record a plan or a resume",
            [stand for stand in stands if stand.id in agreement.invoices],
            since=agreement.missed.due if agreement.missed else None,
            way_out=record_option(state, "resume"),
        )
        for agreement in state.account_records.plan_statuses
        if agreement.is_broken
        and any(id_ in _open(state) for id_ in agreement.invoices)
    ]


def _open(state: AccountState) -> frozenset[str]:
    return frozenset(item.id for item in state.open_invoices)


def _exhausted(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    late = [stand for stand in stands if stand.invoice_state.overdue]
    agreed = record_option(state, "promise", "--pay-by DATE", form="promise")
    return [
        make_task(
            state,
            "exhausted",
            why,
            blocked,
            since=max((_since_last(standing) for standing in blocked), default=None),
            way_out=agreed,
        )
        for why, blocked in _blocked_by(late, "exhausted").items()
    ]


def _since_last(standing: InvoiceStanding) -> date:
    """Return the day of the last step, or that from which it is overdue, if later."""
    last = standing.invoice_state.last_step
    return (
        max(last[1], standing.invoice_state.overdue_from)
        if last
        else standing.invoice_state.overdue_from
    )


def _approvals(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    """Name the records that have no effect until a second person approves them."""
    flawed = {
        pledge.record.id: (pledge.record, pledge.flaw)
        for pledge in state.account_records.promise_statuses
        if pledge.flaw and pledge.outcome is PromiseOutcome.OPEN
    }
    waits: list[tuple[Promise | Extension, str]] = [*flawed.values()]
    given = "a final extension was given"
    waits += [(record, given) for record in _second_extensions(state)]
    return [
        make_task(
            state,
            "record-to-approve",
            f"{record.id} has no effect until approved: {flaw}",
            _targets_of(state, stands, record),
            since=record.on,
            way_out=edit_option(
                state, f"records/{record.id}.yaml", "approved_by: NAME"
            ),
        )
        for record, flaw in waits
    ]


def _differences(
    state: AccountState, stands: Sequence[InvoiceStanding]
) -> list[Action]:
    """Name what another system says otherwise; nobody is chased about it meanwhile."""
    tasks_ = []
    for difference in state.differences:
        named = [s for s in stands if difference.invoice in (None, s.id)]
        if named:
            name = difference.invoice or state.account.profile.name
            why = f"{name}: {describe_difference(difference)}"
            tasks_.append(
                make_task(
                    state,
                    "differs",
                    why,
                    named,
                    since=difference.on,
                    way_out=_correction(state, difference),
                )
            )
    return tasks_


def _correction(state: AccountState, difference: Difference) -> TaskOption | None:
    """Name the line that mends a difference, if the other system is right."""
    if difference.field in ("name", "email"):
        return edit_option(
            state, "account.yaml", f"{difference.field} {difference.theirs}, if so"
        )
    if difference.invoice and difference.field in OF_INVOICE:
        file = f"invoices/{difference.invoice}.yaml"
        return edit_option(
            state, file, f"{difference.field}: {difference.theirs}, if so"
        )
    return None


def _rates(state: AccountState, stands: Sequence[InvoiceStanding]) -> list[Action]:
    """Name the rates that steps ahead will need, from the first day overdue."""
    return [
        make_task(
            state,
            "missing-rate",
            f"{step} is to claim late interest: {error.what}",
            waiting,
            since=_first_overdue(state, waiting),
            way_out=TaskOption(in_words=f"{error.file}: {error.mend}"),
        )
        for step, error, waiting in claims_without_rate(state, stands)
    ]


def _moved_policies(
    state: AccountState, stands: Sequence[InvoiceStanding]
) -> list[Action]:
    """Name the invoices that go on under another policy than the account's."""
    by_reason: dict[str, list[InvoiceStanding]] = {}
    for stand in stands:
        if stand.invoice_state.moved_to:
            item = stand.invoice_state
            why = (
                f"begun under {item.policy.ref}, and the account is under"
                f" {item.moved_to}: say there what it migrates, or pin the invoice"
            )
            by_reason.setdefault(why, []).append(stand)
    return [
        make_task(state, "policy-moved", why, moved) for why, moved in by_reason.items()
    ]


def _second_extensions(state: AccountState) -> list[Extension]:
    final: set[str] = set()
    waiting = []
    for record in state.account_records.extensions:
        targets = state.balances.invoices_of(record)
        if targets & final and not approved(record):
            if record.until >= state.as_of:
                waiting.append(record)
            continue
        final |= targets if record.final else frozenset()
    return waiting
