"""The protocol of a forge, and the values that it takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, TypeAlias

from goodterms.forge.decision_file import branch_of
from goodterms.forge.run_context import RunContext
from goodterms.git import BranchMove
from goodterms.model.journal import ApprovalProof
from goodterms.model.paths import decision_path
from goodterms.model.plan import Plan
from goodterms.model.policy import Approval, Remedy
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Problem


@dataclass(frozen=True, slots=True)
class UnreadForms:
    """Accounts that an unread form may concern, with the reason.

    ``everybody`` is the reason where it may concern any account.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    everybody: str = ""

    def about(self, account: str) -> str:
        """Say why an account has to wait, "" where it has not."""
        return self.accounts.get(account, "") or self.everybody


#: What a forge has to say: lines for the report, and problems.
Told: TypeAlias = tuple[tuple[str, ...], tuple[Problem, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An open proposal, as the journal knows it.

    ``commit`` is the last one that the engine pushed on its branch;
    ``approval`` is None where its policy or step cannot be found, and then
    nobody can approve it. ``policy`` is the version that says who may, ``flaw`` why
    a policy of it cannot be read now: then nothing is decided about it.
    """

    account: str
    id: str
    proposed: date
    expires: date
    facts: str | None
    commit: str | None
    approval: Approval | None
    options: tuple[Remedy, ...] = ()
    policy: PolicyRef | None = None
    flaw: str | None = None
    step_is_gone: bool = False

    @property
    def name(self) -> str:
        """What people call it by, ``acme-gmbh/2026-11-30-final-notice``."""
        return f"{self.account}/{self.id}"

    @property
    def branch(self) -> str:
        """The branch that carries it."""
        return branch_of(self.account, self.id)

    @property
    def path(self) -> str:
        """Its file, below the root."""
        return decision_path(self.account, self.id)

    @property
    def unapprovable(self) -> str:
        """Say why nobody can approve it now, and what to do; "" where people can."""
        if self.flaw:
            return (
                f"{self.flaw}: mend it; goodterms check says what is wrong, and where"
            )
        if self.approval is None:
            if not self.step_is_gone:
                return f"its step needs no approval now: it ends on {self.expires}"
            decline = f"goodterms decline {self.name} --by NAME"
            return f"its step is gone from policy {self.policy}: {decline}"
        return ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What ``choose`` may say."""
        return tuple(option.name for option in self.options) or ("approve",)


RulingState = Literal["approved", "declined", "void", "refused", "chosen"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What people decided about a proposal: ``state``, who, and their ``reason``.

    ``proof`` is what shows an approval later on, ``until`` the last day of quiet
    after a no that names one.

    approved or declined; void, which asks for a new one; or refused: it looks
    decided and does not count, and stays as it is. chosen: it stays open, and
    ``move`` makes its branch choose what somebody asked for.
    """

    proposal: Proposal
    state: RulingState
    by: tuple[str, ...] = ()
    choose: str | None = None
    why: tuple[str, ...] = ()
    reason: str | None = None
    proof: ApprovalProof | None = None
    until: date | None = None
    move: BranchMove | None = None


def in_one_line(text: str, most: int = 500) -> str | None:
    """Return what somebody gave as a reason, as the journal keeps it; None for none."""
    joined = " ".join(text.split())
    return f"{joined[: most - 1]}…" if len(joined) > most else joined or None


def taken_back(proposal: Proposal) -> Ruling:
    """Return a void ruling for an approval whose decision was taken off main."""
    return Ruling(proposal, "void", why=("its decision is no longer on main",))


def how_to_decide(
    name: str, forge: str, *, choose: bool = False, approved: bool = False
) -> list[str]:
    """Say in a line each how people say yes and no to a proposal."""
    if forge != "local":
        yes = ["Approve: merge its pull request."]
        no = "Take it back: revert the merge." if approved else "Decline: close it."
        return [*([] if approved else yes), no]
    option = " --choose OPTION" if choose else ""
    yes = [f"Approve: goodterms approve {name} --by NAME{option}"]
    back = "Take it back" if approved else "Decline"
    return [*([] if approved else yes), f"{back}: goodterms decline {name} --by NAME"]


class Forge(Protocol):
    """A service on which people approve or decline proposals."""

    def remember(
        self, context: RunContext
    ) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Return files that belong on main before anybody is judged by them.

        By their path from the top; mostly there are none. Nothing is changed by it.
        """

    def rulings(
        self, context: RunContext, proposals: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Say which open proposals are decided, verified; problems name refusals.

        Nothing is changed by it.
        """

    def confirm(
        self, context: RunContext, approved: Sequence[Proposal]
    ) -> tuple[tuple[Ruling, ...], tuple[Problem, ...]]:
        """Look again at approvals in the journal that are about to have an effect.

        Each is approved still, void where its decision left main again, or
        refused; without a ruling nobody can tell now. Problems name those two.
        """

    def unheard(self, context: RunContext) -> UnreadForms:
        """List the accounts that filed forms not yet in the ledger concern."""

    def ask(self, status: "LedgerStatus") -> Told:
        """Make sure people see what waits for them; return how they can answer."""

    def report(self, status: "LedgerStatus", run_report: "RunReport") -> Told:
        """Show how things stand; best effort, it never fails a run."""


@dataclass(frozen=True, slots=True)
class LedgerStatus:
    """The ledger as the run leaves it, and what waits for people there.

    ``refused`` are decisions on main that do not count; ``strange`` are the
    names of those that no open proposal asks for.
    """

    context: RunContext
    proposals: tuple[Proposal, ...]
    refused: tuple[Ruling, ...] = ()
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run went, for the page that says so. ``at`` is a time in UTC.

    ``missed`` says which runs were due since an earlier one and did not happen,
    "" for none.
    """

    plan: Plan
    at: str
    ok: bool
    summary: str
    missed: Callable[[str], str]
    figures: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = field(default=())
