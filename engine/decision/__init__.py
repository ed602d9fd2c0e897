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
    from goodterms.decision.plan import KEPT_OUT, join_plans, plan_account
    from goodterms.decision.proposal_effects import proposal_updates
    from goodterms.decision.proposals import (
        DECLINED_DAYS,
        VOID_DAYS,
        declined_until,
        execution_entries,
        expires_on,
        is_about,
        is_carried_out,
        policy_of,
        proposal_state,
        proposals_in,
        proposed_step,
        step_of,
        unreadable_policy,
    )
    from goodterms.decision.standing.next_step import NextStep, find_next_step
    from goodterms.decision.standing.standing import (
        ABOVE_DECIDING,
        InvoiceStanding,
        invoice_standings,
    )
    from goodterms.decision.state.account_state import (
        AccountState,
        InvoiceState,
        account_state,
        never_written,
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
    from goodterms.decision.state.discounts import concrete_offer
    from goodterms.decision.state.duplicates import (
        exclude_duplicates,
        identity_plan,
        ledger_duplicates,
    )
    from goodterms.decision.state.effective_policies import (
        EffectivePolicies,
        effective_policies,
    )
    from goodterms.decision.state.history import JournalEntry, fold
    from goodterms.decision.state.late_charges import (
        jurisdiction_file,
        missing_rate_line,
    )
    from goodterms.decision.state.promised_credits import (
        CreditMatch,
        credit_matches,
        credited_resolutions,
    )
    from goodterms.decision.state.promises import PromiseOutcome, PromiseStatus
    from goodterms.decision.state.recipients import ROLES, best_written_address
    from goodterms.decision.state.suspensions import (
        answers_a_reply,
        resolutions,
        unanswered_replies,
    )
    from goodterms.decision.state.unapplied_cash import (
        MATCHING_DAYS,
        UnappliedCash,
        may_be_part_of,
        may_be_same_money,
        unapplied_records,
    )

__all__ = [
    "ABOVE_DECIDING",
    "DECLINED_DAYS",
    "KEPT_OUT",
    "MATCHING_DAYS",
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
    "account_state",
    "allocate",
    "amounts_of",
    "answers_a_reply",
    "balances",
    "best_written_address",
    "brakes",
    "concrete_offer",
    "credit_matches",
    "credited_resolutions",
    "day_of",
    "declined_until",
    "effect_of",
    "effective_policies",
    "exclude_duplicates",
    "execution_entries",
    "expires_on",
    "facts",
    "find_next_step",
    "fold",
    "identity_plan",
    "invoice_standings",
    "is_about",
    "is_carried_out",
    "join_plans",
    "jurisdiction_file",
    "ledger_duplicates",
    "may_be_part_of",
    "may_be_same_money",
    "missing_rate",
    "missing_rate_line",
    "never_written",
    "plan_account",
    "policy_of",
    "proposal_state",
    "proposal_updates",
    "proposals_in",
    "proposed_step",
    "resolutions",
    "staleness",
    "step_of",
    "unanswered_replies",
    "unapplied_records",
    "unreadable_policy",
]

#: The names by the module that has them.
_NAMES = {
    "plan": ["KEPT_OUT", "join_plans", "plan_account"],
    "approval": ["amounts_of", "effect_of", "missing_rate"],
    "messages.build_action": ["NO_RATE"],
    "outcome.brakes": ["brakes", "staleness"],
    "proposal_effects": ["proposal_updates"],
    "proposals": [
        "DECLINED_DAYS",
        "VOID_DAYS",
        "proposed_step",
        "is_carried_out",
        "declined_until",
        "execution_entries",
        "expires_on",
        "is_about",
        "policy_of",
        "proposals_in",
        "proposal_state",
        "step_of",
        "unreadable_policy",
    ],
    "standing.next_step": ["NextStep", "find_next_step"],
    "standing.standing": ["ABOVE_DECIDING", "InvoiceStanding", "invoice_standings"],
    "state.account_state": [
        "AccountState",
        "InvoiceState",
        "never_written",
        "account_state",
    ],
    "state.allocation": ["Allocation", "AllocationError", "Wish", "allocate", "day_of"],
    "state.amount_asked": ["AmountAsked"],
    "state.balances": ["Balances", "balances"],
    "state.condition_facts": ["facts"],
    "state.discounts": ["concrete_offer"],
    "state.duplicates": ["exclude_duplicates", "ledger_duplicates", "identity_plan"],
    "state.effective_policies": ["EffectivePolicies", "effective_policies"],
    "state.history": ["JournalEntry", "fold"],
    "state.late_charges": ["jurisdiction_file", "missing_rate_line"],
    "state.promised_credits": ["CreditMatch", "credit_matches", "credited_resolutions"],
    "state.promises": ["PromiseOutcome", "PromiseStatus"],
    "state.recipients": ["ROLES", "best_written_address"],
    "state.suspensions": ["answers_a_reply", "resolutions", "unanswered_replies"],
    "state.unapplied_cash": [
        "MATCHING_DAYS",
        "UnappliedCash",
        "may_be_same_money",
        "may_be_part_of",
        "unapplied_records",
    ],
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # so that a name which is not there is an error of types

    def __getattr__(name: str) -> object:
        """Import what a caller asks for, when it does."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
