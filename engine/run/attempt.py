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

    writer: ClaimWriter
    synced: SyncResult
    claims: WrittenClaims
    stale: list[Redelivery]
    tip: str


@dataclass(frozen=True, slots=True)
class HaltedRun:
    """Nothing is to be acted on: a brake, a wish to stop, or only a look."""

    writer: ClaimWriter
    synced: SyncResult


@dataclass(frozen=True, slots=True)
class RunAttempt:
    """One try of a run: its order, and the tip that it starts from."""

    request: RunRequest
    dependencies: RunDependencies
    repo: Repo
    refs: Refs
    files: CommitFiles
    stop: StopSignal
    result: RunResult

    def make(self) -> LandedClaims | MainMoved | HaltedRun | None:
        """Sync, plan and claim; None where the settings cannot be read."""
        workspace, problems = self.dependencies.open(self.files.folder)
        self.result.problems += problems
        if workspace is None:
            return None
        workspace = replace(workspace, held=held(verify(self.repo, self.refs.main)))
        writer, synced = self._sync(workspace)
        if synced.files and self._may_write(writer):
            return self._remember(writer, synced)
        if (synced.documents or synced.moves) and self._may_write(writer):
            return self._write_down(writer, synced)
        planned = self.dependencies.plan(workspace, writer.when.day, None)
        plan = self.result.plan = with_problems(planned, problems)
        self.result.problems += planned.problems
        self._tell_plan(plan)
        acts = may_act(self.request, workspace, plan, writer.when, self.result)
        if acts or self.request.dry_run:
            plan = self._listen(writer, synced, plan)
        if not acts:
            self._outline(writer, plan)
            return HaltedRun(writer, synced)
        return self._claim(writer, synced, plan)

    def _listen(self, writer: ClaimWriter, synced: SyncResult, plan: Plan) -> Plan:
        """Leave out whom people may have told something about that we do not know."""
        if not has_to_say(plan, synced.retries):
            return plan
        unheard = writer.forge.unheard(writer.context)
        listened = without_unheard(plan, synced.retries, unheard)
        synced.retries = list(listened.retries)
        self.result.problems += listened.problems
        for problem in listened.problems:
            self.result.tell("plan", f"{problem.place.file}: {problem.what}")
        return listened.plan

    def _sync(self, workspace: "Workspace") -> tuple[ClaimWriter, SyncResult]:
        settings = workspace.settings
        when = self.request.moment(settings)
        channels = self.dependencies.channels(settings, self.request.root)
        forge = self.dependencies.forge(settings, self.repo)
        context = RunContext(self.repo, self.refs, workspace, when)
        synced = sync(SyncContext(self.files.folder, context), forge, channels)
        _refuse_day(self.request, settings, synced, when)
        self._tell_sync(synced)
        open_ones = {proposal.name: proposal for proposal in synced.proposals}
        writer = ClaimWriter(
            self.request, self.dependencies, channels, forge, context, open_ones
        )
        return writer, synced

    def _may_write(self, writer: ClaimWriter) -> bool:
        return writer.context.settings.mode != "report" and not self.request.dry_run

    def _remember(self, writer: ClaimWriter, synced: SyncResult) -> MainMoved:
        """Write what the forge wants on main, by itself, and begin again from there.

        A commit that writes journals changes nothing else than the engine's own.
        """
        message = f"Remember whose login is whose\n\nRun: {self.request.id}\n"
        if self._is_stale():
            return MainMoved(_CHANGED)
        return MainMoved(
            self._push(writer, JournalAdditions(message, {}, synced.files), ())[1]
        )

    def _write_down(self, writer: ClaimWriter, synced: SyncResult) -> MainMoved:
        listing = "".join(f"{line}\n" for line in synced.lines)
        message = f"Record what was decided\n\n{listing}\nRun: {self.request.id}\n"
        additions = JournalAdditions(message, synced.documents, {})
        if self._is_stale():
            return MainMoved(_CHANGED)
        if not synced.documents:
            return MainMoved(publish(self.repo, synced.moves), synced.lines)
        _, pushed = self._push(writer, additions, synced.moves)
        return MainMoved(pushed, synced.lines)

    def _claim(
        self, writer: ClaimWriter, synced: SyncResult, plan: Plan
    ) -> LandedClaims | MainMoved | HaltedRun:
        claims = make_claims(writer, plan)
        self.result.problems += claims.problems
        self.result.problems += missed(
            claims.withheld,
            writer.workspace,
            self.dependencies.plan,
            writer.when.day,
        )
        past = StaleClaimContext(self.dependencies, writer.context)
        stale, problems = again(past, writer.recheck, synced.retries)
        self.result.problems += problems
        for line in claims.told:
            self.result.tell("claim", line)
        self.stop.patient = True
        tip = self.refs.main
        if self._is_stale():
            return MainMoved(_CHANGED)
        if claims.documents:
            message = self._message(claims, writer)
            additions = JournalAdditions(message, claims.documents, claims.files)
            tip, pushed = self._push(writer, additions, claims.moves)
            if not pushed.landed:
                return MainMoved(pushed)
        return LandedClaims(writer, synced, claims, stale, tip)

    def _push(
        self,
        writer: ClaimWriter,
        additions: JournalAdditions,
        moves: Sequence[BranchMove],
    ) -> tuple[str, PushResult]:
        journal = JournalWriter(self.repo, writer.context.settings, writer.when)
        return push_page(journal, self.refs.main, additions, moves)

    def _is_stale(self) -> bool:
        """Whether the files that this was worked out from are no longer the tip's."""
        return self.files.lent and not is_shown(self.repo, self.refs.main)

    def _message(self, claims: WrittenClaims, writer: ClaimWriter) -> str:
        listing = "".join(f"{line}\n" for line in claims.lines)
        note = outbox_note(self.repo, writer.context.settings, claims.deliveries)
        head = f"Claim what is due on {writer.when.day}\n\n{listing}"
        return f"{head}\n{CLAIMS} {self.request.id}\n{note}"

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

    def _outline(self, writer: ClaimWriter, plan: Plan) -> None:
        """Show what would be claimed; proposals are named, not made."""
        shown = tuple(a for a in plan.actions if a.kind not in ("propose", "close"))
        for action in plan.actions:
            if action.kind != "task":
                self.result.tell("claim", f"would {_deed(plan, action)}")
        claims = make_claims(writer, replace(plan, actions=shown))
        self.result.problems += claims.problems


def _deed(plan: Plan, action: Action) -> str:
    name = plan.customers.get(action.account)
    whom = f" ({name})" if name else ""
    amount = f", {amounts(action.totals)}" if action.totals else ""
    to = f" by {action.channel} to {action.to}" if action.channel else ""
    return f"{action.kind} {action.id}{whom}{to}{amount}"


def _refuse_day(
    request: RunRequest, settings: Settings, synced: SyncResult, when: EntryTime
) -> None:
    if request.as_of and settings.forge != "local":
        raise RefusalError(f"--as-of is for 'forge: local', not '{settings.forge}'")
    if synced.latest and synced.latest > when.day:
        raise RefusalError(
            f"the journal of {synced.ahead} has an entry of {synced.latest}, after"
            f" {when.day}",
            f"run as of {synced.latest} or later"
            if request.as_of
            else "set the clock of this machine; if it is right, another's was not,"
            " and nothing is done until that day",
        )
