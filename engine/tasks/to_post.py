"""What lies in the outbox for somebody to post, the oldest first."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from engine.action import Action, Plan
from engine.decision.pending import TO_POST
from engine.plan_words import amounts, count
from engine.terminal import joined, lines

#: Where the files of an account's entry lie, from the root; none on another machine.
FilesOf = Callable[[str, str], Sequence[str]]

_DEEP = 6


def to_post(plan: Plan) -> tuple[Action, ...]:
    """List what is to be posted, the oldest first."""
    found = (action for action in plan.pending if action.step == TO_POST)
    return tuple(sorted(found, key=lambda each: (each.since or date.max, each.id)))


def speaks_for_it(each: Action) -> bool:
    """Whether nothing has come since that speaks against posting a message."""
    return each.way_out is None or each.way_out.in_words is None


def to_post_text(plan: Plan, files_of: FilesOf) -> str:
    """Show it on a terminal, with the files, and how to note that it was posted."""
    found = to_post(plan)
    if not found:
        return f"Outbox on {plan.as_of}: nothing to post\n"
    told = [f"Outbox on {plan.as_of}: {count(len(found), 'message')} to post"]
    told += [
        "\n".join(_letter(plan, each, files_of(each.account, each.entry)))
        for each in found
    ]
    return "\n\n".join(told) + "\n"


def _letter(plan: Plan, each: Action, files: Sequence[str]) -> Iterator[str]:
    yield from lines(f"{plan.called(each.account)}: {each.why[0]}", 2, _DEEP)
    yield from lines(_facts(plan, each), _DEEP)
    if files:
        yield from (f"{'':{_DEEP}}{file}" for file in files)
    else:
        yield from lines(
            f"its file is not here; its text: goodterms show {each.id}", _DEEP
        )
    out = each.way_out
    for way in (out.command, out.in_words) if out else ():
        if way:
            yield f"{'':{_DEEP}}{way}"


def _facts(plan: Plan, each: Action) -> str:
    days = (plan.as_of - each.since).days if each.since else 0
    waited = f"since {each.since}, {count(days, 'day')}" if days else "since today"
    asked = f"asking for {amounts(each.at_stake)}" if each.at_stake else ""
    return joined([asked, waited, f"to {each.to}" if each.to else ""])
