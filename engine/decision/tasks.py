"""What waits for one of us: derived from the facts every day, never journaled."""

from collections.abc import Iterable, Sequence
from datetime import date

from engine.action import Action, WayOut
from engine.decision.claiming import waiting_claims
from engine.decision.compose import owner
from engine.decision.differing import OF_INVOICE, in_words
from engine.decision.money_tasks import money_tasks
from engine.decision.pauses import resolutions, unanswered
from engine.decision.promises import Outcome, approved
from engine.decision.situation import Situation
from engine.decision.standing import Stand
from engine.decision.task import by_edit, by_record, call_record, make_task
from engine.model import Difference
from engine.records import Bounce, Dispute, Extension, Promise, Record


def tasks(here: Situation, stands: Sequence[Stand]) -> tuple[Action, ...]:
    """List the tasks of an account: what to do, for whom, and why."""
    return (
        *money_tasks(here),
        *_replies(here, stands),
        *_reviews(here, stands),
        *_calls(here, stands),
        *_plans(here, stands),
        *_exhausted(here, stands),
        *_unreachable(here, stands),
        *_differing(here, stands),
        *_rates(here, stands),
        *_approvals(here, stands),
        *_moved(here, stands),
    )


def _about(here: Situation, stands: Iterable[Stand], record: Record) -> list[Stand]:
    targets = here.books.targets(record)
    return [stand for stand in stands if stand.id in targets]


def _stopped(stands: Iterable[Stand], standing: str) -> dict[str, list[Stand]]:
    """Group the invoices that stand so by the reason."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.stop and stand.stop.standing == standing:
            found.setdefault(stand.stop.why, []).append(stand)
    return found


def _unreachable(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the invoices for whose next step no channel is left."""
    bounces = [record.on for record in here.records if isinstance(record, Bounce)]
    edit = by_edit(here, "account.yaml", "another address, or another channel")
    return [
        make_task(
            here,
            "dead-channel",
            why,
            about,
            since=max(bounces, default=_first_overdue(here, about)),
            way_out=edit,
        )
        for why, about in _stopped(stands, "bounce").items()
    ]


def _first_overdue(here: Situation, about: Iterable[Stand]) -> date:
    return min((here.as_of, *(stand.item.overdue_from for stand in about)))


def _replies(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the first reply that waits for our answer, whatever else is the case."""
    replies = unanswered(here.records)
    if not replies:
        return []
    about = frozenset().union(*(here.books.targets(reply) for reply in replies))
    why = f"they replied on {replies[0].on} and wait for our answer"
    mine = (stand for stand in stands if stand.id in about)
    way_out = by_record(here, "reply", "--answered", form="reply")
    since = replies[0].on
    return [
        make_task(here, "unanswered-reply", why, mine, since=since, way_out=way_out),
    ]


def _reviews(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the disputes whose review date has passed."""
    resolved = resolutions(here.records)
    return [
        make_task(
            here,
            "overdue-review",
            f"dispute {record.id} was to be reviewed by {record.review_by}",
            _about(here, stands, record),
            since=record.review_by,
            way_out=by_record(
                here, "resolution", f"--of {record.id}", "--outcome OUTCOME"
            ),
        )
        for record in here.records
        if isinstance(record, Dispute)
        and record.id not in resolved
        and record.review_by < here.as_of
    ]


def _calls(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    found: dict[tuple[date, str], list[Stand]] = {}
    for stand in stands:
        rung = stand.rung
        if stand.stop is None and rung and rung.handed:
            found.setdefault((rung.handed, rung.step.name), []).append(stand)
    return [
        make_task(
            here,
            "call-to-make",
            f"{step}, handed out on {handed}: call, then record it",
            about,
            since=handed,
            way_out=call_record(here.account.id, owner(here), step),
        )
        for (handed, step), about in found.items()
    ]


def _plans(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    return [
        make_task(
            here,
            "broken-plan",
            f"{each.why}; record a plan or a resume",
            [stand for stand in stands if stand.id in each.invoices],
            since=each.missed.due if each.missed else None,
            way_out=by_record(here, "resume"),
        )
        for each in here.talk.agreements
        if each.is_broken and any(id_ in _open(here) for id_ in each.invoices)
    ]


def _open(here: Situation) -> frozenset[str]:
    return frozenset(item.id for item in here.items)


def _exhausted(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    late = [stand for stand in stands if stand.item.overdue]
    agreed = by_record(here, "promise", "--pay-by DATE", form="promise")
    return [
        make_task(
            here,
            "exhausted",
            why,
            about,
            since=max((_since_last(each) for each in about), default=None),
            way_out=agreed,
        )
        for why, about in _stopped(late, "exhausted").items()
    ]


def _since_last(stand: Stand) -> date:
    """Return the day of the last step, or that from which it is overdue, if later."""
    last = stand.item.last
    return max(last[1], stand.item.overdue_from) if last else stand.item.overdue_from


def _approvals(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the records that have no effect until a second person approves them."""
    flawed = {
        pledge.record.id: (pledge.record, pledge.flaw)
        for pledge in here.talk.pledges
        if pledge.flaw and pledge.outcome is Outcome.OPEN
    }
    waits: list[tuple[Promise | Extension, str]] = [*flawed.values()]
    given = "a final extension was given"
    waits += [(record, given) for record in _second_extensions(here)]
    return [
        make_task(
            here,
            "record-to-approve",
            f"{record.id} has no effect until approved: {flaw}",
            _about(here, stands, record),
            since=record.on,
            way_out=by_edit(here, f"records/{record.id}.yaml", "approved_by: NAME"),
        )
        for record, flaw in waits
    ]


def _differing(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name what another system says otherwise; nobody is chased about it meanwhile."""
    tasks_ = []
    for each in here.differences:
        about = [s for s in stands if each.invoice in (None, s.id)]
        if about:
            name = each.invoice or here.account.profile.name
            why = f"{name}: {in_words(each)}"
            tasks_.append(
                make_task(
                    here,
                    "differs",
                    why,
                    about,
                    since=each.on,
                    way_out=_mend(here, each),
                )
            )
    return tasks_


def _mend(here: Situation, each: Difference) -> WayOut | None:
    """Name the line that mends a difference, if the other system is right."""
    if each.field in ("name", "email"):
        return by_edit(here, "account.yaml", f"{each.field} {each.theirs}, if so")
    if each.invoice and each.field in OF_INVOICE:
        file = f"invoices/{each.invoice}.yaml"
        return by_edit(here, file, f"{each.field}: {each.theirs}, if so")
    return None


def _rates(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the rates that steps ahead will need, from the first day overdue."""
    return [
        make_task(
            here,
            "missing-rate",
            f"{step} is to claim late interest: {error.what}",
            about,
            since=_first_overdue(here, about),
            way_out=WayOut(in_words=f"{error.file}: {error.mend}"),
        )
        for step, error, about in waiting_claims(here, stands)
    ]


def _moved(here: Situation, stands: Sequence[Stand]) -> list[Action]:
    """Name the invoices that go on under another policy than the account's."""
    found: dict[str, list[Stand]] = {}
    for stand in stands:
        if stand.item.moved_to:
            item = stand.item
            why = (
                f"begun under {item.policy.ref}, and the account is under"
                f" {item.moved_to}: say there what it migrates, or pin the invoice"
            )
            found.setdefault(why, []).append(stand)
    return [make_task(here, "policy-moved", why, about) for why, about in found.items()]


def _second_extensions(here: Situation) -> list[Extension]:
    final: set[str] = set()
    found = []
    for record in here.talk.extensions:
        about = here.books.targets(record)
        if about & final and not approved(record):
            if record.until >= here.as_of:
                found.append(record)
            continue
        final |= about if record.final else frozenset()
    return found
