"""The decision: from an account and a day to what to do; nothing but Python.

Other packages import its names from here, never from the modules within. Each part
needs only those above it:

- ``state``: what is known of an account on a day.
- ``proposals``: which are open, decided or expired.
- ``standing``: the next step of each invoice, and everything that stops it.
- ``due``: what has come due, and from when it may be said.
- ``proposal_effects``: what becomes of each proposal today.
- ``messages``: due steps grouped into messages, limited, made into actions.
- ``approval``: what approving a proposal would do.
- ``outcome``: thanks, tasks, brakes.
- ``plan``: every account together.

A module is imported when a name of it is first asked for: reading a ledger needs
few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodterms.decision.approval import amounts_of, effect_of, missing_rate
    from goodterms.decision.messages.build_action import NO_RATE
    from goodterms.decision.outcome.brakes import brakes, staleness
    from goodterms.decision.plan import KEPT_OUT, joined, plan_account
    from goodterms.decision.proposal_effects import verdicts
    from goodterms.decision.proposals import (
        DECLINED_DAYS,
        VOID_DAYS,
        asked_step,
        carried_out,
        declined_until,
        deeds,
        expires_on,
        names,
        policy_of,
        proposals_in,
        state_of,
        step_of,
        unreadable,
    )
    from goodterms.decision.standing.next_step import NextStep, next_rung
    from goodterms.decision.standing.standing import (
        ABOVE_DECIDING,
        InvoiceStanding,
        stands,
    )
    from goodterms.decision.state.account_state import (
        AccountState,
        InvoiceState,
        never_written,
        situation,
    )
    from goodterms.decision.state.allocation import (
        Allocation,
        AllocationError,
        Wish,
        allocate,
        day_of,
    )
    from goodterms.decision.state.amount_asked import AmountAsked
    from goodterms.decision.state.balances import Balances, balances
    from goodterms.decision.state.condition_facts import facts
    from goodterms.decision.state.discounts import offered
    from goodterms.decision.state.duplicates import apart, doubles, known_of
    from goodterms.decision.state.effective_policies import EffectivePolicies, rules
    from goodterms.decision.state.history import JournalEntry, fold
    from goodterms.decision.state.late_charges import file_of, line_to_add
    from goodterms.decision.state.promised_credits import CreditMatch, matches, replaced
    from goodterms.decision.state.promises import PromiseOutcome, PromiseStatus
    from goodterms.decision.state.recipients import ROLES, any_written
    from goodterms.decision.state.suspensions import (
        answers_a_reply,
        resolutions,
        unanswered,
    )
    from goodterms.decision.state.unapplied_cash import (
        UnappliedCash,
        near,
        perhaps,
        unapplied,
    )

__all__ = [
    "ABOVE_DECIDING",
    "DECLINED_DAYS",
    "KEPT_OUT",
    "NO_RATE",
    "ROLES",
    "VOID_DAYS",
    "AccountState",
    "Allocation",
    "AllocationError",
    "AmountAsked",
    "Balances",
    "CreditMatch",
    "EffectivePolicies",
    "InvoiceStanding",
    "InvoiceState",
    "JournalEntry",
    "NextStep",
    "PromiseOutcome",
    "PromiseStatus",
    "UnappliedCash",
    "Wish",
    "allocate",
    "amounts_of",
    "answers_a_reply",
    "any_written",
    "apart",
    "asked_step",
    "balances",
    "brakes",
    "carried_out",
    "day_of",
    "declined_until",
    "deeds",
    "doubles",
    "effect_of",
    "expires_on",
    "facts",
    "file_of",
    "fold",
    "joined",
    "known_of",
    "line_to_add",
    "matches",
    "missing_rate",
    "names",
    "near",
    "never_written",
    "next_rung",
    "offered",
    "perhaps",
    "plan_account",
    "policy_of",
    "proposals_in",
    "replaced",
    "resolutions",
    "rules",
    "situation",
    "staleness",
    "stands",
    "state_of",
    "step_of",
    "unanswered",
    "unapplied",
    "unreadable",
    "verdicts",
]

#: The names by the module that has them.
_NAMES = {
    "plan": ["KEPT_OUT", "joined", "plan_account"],
    "approval": ["amounts_of", "effect_of", "missing_rate"],
    "messages.build_action": ["NO_RATE"],
    "outcome.brakes": ["brakes", "staleness"],
    "proposal_effects": ["verdicts"],
    "proposals": [
        "DECLINED_DAYS",
        "VOID_DAYS",
        "asked_step",
        "carried_out",
        "declined_until",
        "deeds",
        "expires_on",
        "names",
        "policy_of",
        "proposals_in",
        "state_of",
        "step_of",
        "unreadable",
    ],
    "standing.next_step": ["NextStep", "next_rung"],
    "standing.standing": ["ABOVE_DECIDING", "InvoiceStanding", "stands"],
    "state.account_state": [
        "AccountState",
        "InvoiceState",
        "never_written",
        "situation",
    ],
    "state.allocation": ["Allocation", "AllocationError", "Wish", "allocate", "day_of"],
    "state.amount_asked": ["AmountAsked"],
    "state.balances": ["Balances", "balances"],
    "state.condition_facts": ["facts"],
    "state.discounts": ["offered"],
    "state.duplicates": ["apart", "doubles", "known_of"],
    "state.effective_policies": ["EffectivePolicies", "rules"],
    "state.history": ["JournalEntry", "fold"],
    "state.late_charges": ["file_of", "line_to_add"],
    "state.promised_credits": ["CreditMatch", "matches", "replaced"],
    "state.promises": ["PromiseOutcome", "PromiseStatus"],
    "state.recipients": ["ROLES", "any_written"],
    "state.suspensions": ["answers_a_reply", "resolutions", "unanswered"],
    "state.unapplied_cash": ["UnappliedCash", "near", "perhaps", "unapplied"],
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # so that a name which is not there is an error of types

    def __getattr__(name: str) -> object:
        """Import what a caller asks for, when it does."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
