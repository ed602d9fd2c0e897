"""What a template may know of the step that it speaks for."""

from collections.abc import Mapping
from datetime import date

from engine.action import Action
from engine.days import plus
from engine.decision.offers import offered
from engine.model import Account
from engine.render.figures import Figures
from engine.render.values import Day, View
from engine.render.views import offer_view
from engine.settings import Partner
from engine.terms import Policy, PolicyBook, Step


def step_view(
    action: Action,
    account: Account,
    as_of: date,
    figures: Figures,
    book: PolicyBook,
    partners: Mapping[str, Partner],
) -> View:
    """Show the step. What only its policy can tell is absent where that is not known.

    ``deadline`` is the last business day before the next step may follow;
    ``lapses`` the last day for a call; ``may_place`` to whom a later step of
    the ladder can hand the matter, of ``agency`` and ``lawyer``, so that no text
    warns of what is not planned; ``offers`` what a person may offer without
    asking, worked out on what the action asks for.
    """
    values: dict[str, object] = {
        "name": action.step,
        "tone": action.tone,
        "deadline": None,
        "lapses": None,
        "may_place": (),
        "offers": (),
    }
    policy = book.policies.get(action.policy) if action.policy else None
    step = policy.step(action.step) if policy else None
    if policy and step:
        calendar = book.calendar(policy, account.profile.place)
        last = calendar.before(plus(as_of, step.wait))
        if last > as_of:
            values["deadline"] = Day(last, figures)
        if step.lapse is not None:
            values["lapses"] = Day(plus(as_of, step.lapse), figures)
        values["may_place"] = _may_place(policy, step, partners)
        values["offers"] = lambda: _offers(policy, action, as_of, figures)
    return View("step", values)


def _may_place(
    policy: Policy, step: Step, partners: Mapping[str, Partner]
) -> tuple[str, ...]:
    """List the kinds of partners; one that the settings lack is called an agency."""
    later = policy.ladder[step.index + 1 :]
    named = {remedy.place_with for each in later for remedy in each.choose}
    kinds = {
        partners[key].kind if key in partners else "agency" for key in named if key
    }
    return tuple(sorted(kinds))


def _offers(
    policy: Policy, action: Action, as_of: date, figures: Figures
) -> tuple[View, ...]:
    """Work out the offers that some step makes without anybody's approval."""
    names = [s.offer for s in policy.ladder if s.offer and s.approval is None]
    free = [policy.offers[name] for name in dict.fromkeys(names)]
    found = [offered(offer, action.totals, as_of) for offer in free]
    return tuple(offer_view(each, figures) for each in found if each)
