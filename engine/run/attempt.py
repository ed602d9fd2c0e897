"""Phases 1 to 3: one try, from the tip of main to claims that landed on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goodterms.forge.run_context import RunContext
from goodterms.git import (
    BranchMove,
    CommitFiles,
    PushResult,
    Refs,
    Repo,
    is_shown,
    publish,
)
from goodterms.model.journal import EntryTime
from goodterms.model.plan import Action, Plan
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.provenance.problems import held
from goodterms.provenance.verify import verify
from goodterms.run.claim import ClaimWriter, WrittenClaims, make_claims
from goodterms.run.journal_commit import JournalAdditions, JournalWriter, push_page
from goodterms.run.machine import outbox_note
from goodterms.run.preflight import may_act
from goodterms.run.request import (
    WAITS_FOR_A_PERSON,
    RunDependencies,
    RunRequest,
    RunResult,
)
from goodterms.run.sending_hours import missed
from goodterms.run.signals import StopSignal
from goodterms.run.stale_claims import CLAIMS, Redelivery, StaleClaimContext, again
from goodterms.run.sync import SyncContext, SyncResult, sync
from goodterms.run.unread_forms import has_to_say, without_unheard
from goodterms.views.plan_text import plan_lines
from goodterms.views.wording import amounts
from goodterms.workspace.plan_all import with_problems

if TYPE_CHECKING:
    from goodterms.workspace.workspace import Workspace


_CHANGED = PushResult(landed=False, said="files were changed meanwhile")


@dataclass(frozen=True, slots=True)
class MainMoved:
    """Main has moved, by us or by others: begin again from its tip."""

    pushed: PushResult
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LandedClaims:
    """What a run may act on: its claims are on main, at ``tip``."""

    bench: ClaimWriter
    synced: SyncResult
    claims: WrittenClaims
    stale: list[Redelivery]
    tip: str


@dataclass(frozen=True, slots=True)
class HaltedRun:
    """Nothing is to be acted on: a brake, a wish to stop, or only a look."""

    bench: ClaimWriter
    synced: SyncResult


@dataclass(frozen=True, slots=True)
class RunAttempt:
    """One try of a run: its order, and the tip that it starts from."""

    order: RunRequest
    tools: RunDependencies
    repo: Repo
    refs: Refs
    files: CommitFiles
    stop: StopSignal
    result: RunResult

    def make(self) -> LandedClaims | MainMoved | HaltedRun | None:
        """Sync, plan and claim; None where the settings cannot be read."""
        workspace, problems = self.tools.open(self.files.folder)
        self.result.problems += problems
        if workspace is None:
            return None
        workspace = replace(workspace, held=held(verify(self.repo, self.refs.main)))
        bench, synced = self._sync(workspace)
        if synced.files and self._may_write(bench):
            return self._remember(bench, synced)
        if (synced.documents or synced.moves) and self._may_write(bench):
            return self._write_down(bench, synced)
        planned = self.tools.plan(workspace, bench.when.day, None)
        plan = self.result.plan = with_problems(planned, problems)
        self.result.problems += planned.problems
        self._tell_plan(plan)
        acts = may_act(self.order, workspace, plan, bench.when, self.result)
        if acts or self.order.dry_run:
            plan = self._listen(bench, synced, plan)
        if not acts:
            self._outline(bench, plan)
            return HaltedRun(bench, synced)
        return self._claim(bench, synced, plan)

    def _listen(self, bench: ClaimWriter, synced: SyncResult, plan: Plan) -> Plan:
        """Leave out whom people may have told something about that we do not know."""
        if not has_to_say(plan, synced.retries):
            return plan
        unheard = bench.forge.unheard(bench.context)
        heard = without_unheard(plan, synced.retries, unheard)
        synced.retries = list(heard.retries)
        self.result.problems += heard.problems
        for problem in heard.problems:
            self.result.tell("plan", f"{problem.place.file}: {problem.what}")
        return heard.plan

    def _sync(self, workspace: "Workspace") -> tuple[ClaimWriter, SyncResult]:
        settings = workspace.settings
        when = self.order.moment(settings)
        channels = self.tools.channels(settings, self.order.root)
        forge = self.tools.forge(settings, self.repo)
        context = RunContext(self.repo, self.refs, workspace, when)
        synced = sync(SyncContext(self.files.folder, context), forge, channels)
        _refuse_day(self.order, settings, synced, when)
        self._tell_sync(synced)
        open_ones = {proposal.name: proposal for proposal in synced.proposals}
        bench = ClaimWriter(self.order, self.tools, channels, forge, context, open_ones)
        return bench, synced

    def _may_write(self, bench: ClaimWriter) -> bool:
        return bench.context.settings.mode != "report" and not self.order.dry_run

    def _remember(self, bench: ClaimWriter, synced: SyncResult) -> MainMoved:
        """Write what the forge wants on main, by itself, and begin again from there.

        A commit that writes journals changes nothing else than the engine's own.
        """
        message = f"Remember whose login is whose\n\nRun: {self.order.id}\n"
        if self._is_stale():
            return MainMoved(_CHANGED)
        return MainMoved(
            self._push(bench, JournalAdditions(message, {}, synced.files), ())[1]
        )

    def _write_down(self, bench: ClaimWriter, synced: SyncResult) -> MainMoved:
        told = "".join(f"{line}\n" for line in synced.lines)
        message = f"Record what was decided\n\n{told}\nRun: {self.order.id}\n"
        page = JournalAdditions(message, synced.documents, {})
        if self._is_stale():
            return MainMoved(_CHANGED)
        if not synced.documents:
            return MainMoved(publish(self.repo, synced.moves), synced.lines)
        _, pushed = self._push(bench, page, synced.moves)
        return MainMoved(pushed, synced.lines)

    def _claim(
        self, bench: ClaimWriter, synced: SyncResult, plan: Plan
    ) -> LandedClaims | MainMoved | HaltedRun:
        claims = make_claims(bench, plan)
        self.result.problems += claims.problems
        self.result.problems += missed(
            claims.withheld,
            bench.workspace,
            self.tools.plan,
            bench.when.day,
        )
        past = StaleClaimContext(
            self.tools, self.repo, bench.context.settings, self.refs.main
        )
        stale, problems = again(past, bench.clerk, synced.retries)
        self.result.problems += problems
        for line in claims.told:
            self.result.tell("claim", line)
        self.stop.patient = True
        tip = self.refs.main
        if self._is_stale():
            return MainMoved(_CHANGED)
        if claims.documents:
            message = self._message(claims, bench)
            page = JournalAdditions(message, claims.documents, claims.files)
            tip, pushed = self._push(bench, page, claims.moves)
            if not pushed.landed:
                return MainMoved(pushed)
        return LandedClaims(bench, synced, claims, stale, tip)

    def _push(
        self, bench: ClaimWriter, page: JournalAdditions, moves: Sequence[BranchMove]
    ) -> tuple[str, PushResult]:
        pen = JournalWriter(self.repo, bench.context.settings, bench.when)
        return push_page(pen, self.refs.main, page, moves)

    def _is_stale(self) -> bool:
        """Whether the files that this was worked out from are no longer the tip's."""
        return self.files.lent and not is_shown(self.repo, self.refs.main)

    def _message(self, claims: WrittenClaims, bench: ClaimWriter) -> str:
        told = "".join(f"{line}\n" for line in claims.lines)
        note = outbox_note(self.repo, bench.context.settings, claims.deliveries)
        head = f"Claim what is due on {bench.when.day}\n\n{told}"
        return f"{head}\n{CLAIMS} {self.order.id}\n{note}"

    def _tell_sync(self, synced: SyncResult) -> None:
        result = self.result
        result.problems += synced.problems
        result.tell("sync", f"main is at {self.refs.main[:12]}")
        for line in synced.lines:
            result.tell("sync", line)
        for claim in synced.young:
            run = claim.entry.doc.run
            result.tell("sync", f"{claim.name} is left to run {run}, which claimed it")
        for name in synced.doubtful:
            way_out = f"goodterms resolve {name} --sent or --not-sent"
            result.tell("sync", f"{name} waits for a person: {way_out}")
        result.doubts += synced.doubtful
        if synced.doubtful:
            result.codes.append(WAITS_FOR_A_PERSON)

    def _tell_plan(self, plan: Plan) -> None:
        for line in plan_lines(plan):
            self.result.tell("plan", line)

    def _outline(self, bench: ClaimWriter, plan: Plan) -> None:
        """Show what would be claimed; proposals are named, not made."""
        deeds = tuple(a for a in plan.actions if a.kind not in ("propose", "close"))
        for action in plan.actions:
            if action.kind != "task":
                self.result.tell("claim", f"would {_deed(plan, action)}")
        claims = make_claims(bench, replace(plan, actions=deeds))
        self.result.problems += claims.problems


def _deed(plan: Plan, action: Action) -> str:
    name = plan.customers.get(action.account)
    whom = f" ({name})" if name else ""
    asked = f", {amounts(action.totals)}" if action.totals else ""
    to = f" by {action.channel} to {action.to}" if action.channel else ""
    return f"{action.kind} {action.id}{whom}{to}{asked}"


def _refuse_day(
    order: RunRequest, settings: Settings, synced: SyncResult, when: EntryTime
) -> None:
    if order.as_of and settings.forge != "local":
        raise RefusalError(f"--as-of is for 'forge: local', not '{settings.forge}'")
    if synced.latest and synced.latest > when.day:
        raise RefusalError(
            f"the journal of {synced.ahead} has an entry of {synced.latest}, after"
            f" {when.day}",
            f"run as of {synced.latest} or later"
            if order.as_of
            else "set the clock of this machine; if it is right, another's was not,"
            " and nothing is done until that day",
        )
