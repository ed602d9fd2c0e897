"""Whether the rates of late interest that policies need are known, and for how long."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from engine.days import plus
from engine.decision.charges import file_of, line_to_add
from engine.load.reading import Problems
from engine.problem import Place, Problem
from engine.terms import Jurisdiction, PolicyBook

#: So many days before a table ends it is time to look for the next rate.
AHEAD = 60


def rate_problems(book: PolicyBook, country: str, today: date) -> Problems:
    """Warn of a table that is missing, has a gap, has run out or soon will.

    Only where a step of some policy claims charges, by the law of the creditor's
    country. Gaps before the last rate count too: old debts need them.
    """
    policies = sorted(book.policies, key=str)
    claiming = [
        str(ref)
        for ref in policies
        if any(step.claims_charges for step in book.policies[ref].ladder)
    ]
    if not claiming:
        return ()
    law, place = book.jurisdictions.get(country), Place(file_of(country))
    if law is None:
        what = f"{claiming[0]} claims charges, and {place.file} is missing or broken"
        hint = "what claims them waits; mend it, or take 'charges: claim' out"
        return (Problem(place, what, hint, "warning", "rates"),)
    return tuple(
        Problem(place, what, hint, "warning", "rates")
        for what, hint in _lacking(law, today)
    )


def _lacking(law: Jurisdiction, today: date) -> Iterator[tuple[str, str]]:
    """List (what is wrong, what to do)."""
    for earlier, later in pairwise(law.rates):
        gap = plus(earlier.end, 1)
        if gap < later.start:
            what = f"no rate of late interest from {gap} to {plus(later.start, -1)}"
            yield what, f"add {line_to_add(law, gap)}"
    if not law.rates:
        yield "no rate of late interest at all", f"add {line_to_add(law, today)}"
        return
    end = law.rates[-1].end
    left = (end - today).days
    if left > AHEAD:
        return
    line = line_to_add(law, plus(end, 1))
    if left < 0:
        fixed = law.rate_rule == "fixed_at_start"
        what = "claims on what fell due since wait" if fixed else "claims wait"
        yield f"the last rate of late interest ended on {end}: {what}", f"add {line}"
    else:
        when = f"in {left} days" if left else "today"
        what = f"the last rate of late interest ends on {end}, {when}"
        yield what, f"once the next is published, add {line}"
