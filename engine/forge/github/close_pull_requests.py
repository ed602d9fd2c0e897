"""Settled proposals: say on the pull request what became of it, once, and close it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from goodterms.decision import VOID_DAYS, account_state, fold, is_carried_out
from goodterms.forge.decision_file import branch_of
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.session import GitHubSession, ProposalCase, name_of, starts
from goodterms.forge.github.write_queue import WriteQueue
from goodterms.views import (
    PageMarker,
    ProposalComment,
    close_reason,
    closed_comment,
    done_comment,
    refused_comment,
)
from goodterms.views.markdown import plain, say
from goodterms.views.page_layout import bullets, numbered, paragraphs
from goodterms.views.page_marker import digest

#: The label that says that nothing is left to be said begins so.
OUTCOME = "outcome: "

#: Closed pull requests that nothing has happened to for so long are left alone:
#: an approved one is void after fourteen days, and runs may have been missed.
_REMEMBERED = timedelta(days=3 * VOID_DAYS)


@dataclass(frozen=True, slots=True)
class PullRequestCloser:
    """Answers what is settled; keeps account of it in ``work``."""

    session: GitHubSession
    work: WriteQueue

    def candidates(self) -> Iterator[tuple[str, PullRequest]]:
        """List pull requests that may need a last word, by proposal.

        Those still open though the ledger is done with them, and those closed
        that do not say how it ended. Raises ApiError.
        """
        waiting = {proposal.name for proposal in self.session.status.proposals}
        noon = datetime.combine(self.session.status.context.day, time(12), UTC)
        closed = self.session.api.closed_pulls(noon - _REMEMBERED)
        for pull in (*self.session.pulls.open.values(), *closed):
            name = name_of(pull.branch)
            if name and name not in waiting and (pull.open or not _is_answered(pull)):
                yield name, pull

    def answer(self, name: str, pull: PullRequest) -> None:
        """Say what became of a settled proposal, and close its pull request.

        Raises ApiError. What an approval waits for is said, and said anew when
        it was carried out, and when that has its outcome. One that only the
        journal knows of is left as it is: people may still decide.
        """
        case = self.session.case(name)
        if case is None:
            return
        if case.entry.doc.state == "approved":
            if pull.merged:
                self._done(case, pull)
        elif case.entry.doc.state != "proposed":
            self._closed(case, pull)

    def object(self, name: str) -> None:
        """Say on the pull request of a decision that nobody asked for why it is none.

        Raises ApiError.
        """
        case = self.session.case(name)
        pull = self.session.pulls.find(branch_of(*name.split("/", 1)))
        if case and pull:
            why = [f"no open proposal asks for it; this one is {case.entry.doc.state}"]
            how = [self.session.way_out(name, pull)]
            rules = self.session.rules
            note = refused_comment(
                case.account, rules, case.entry, why, how, asks_again="never"
            )
            self.session.note(pull.number, note)

    def _done(self, case: ProposalCase, pull: PullRequest) -> None:
        links = self.session.links(case.name)
        note = done_comment(case.account, self.session.rules, case.entry, links)
        states = _states(self.session, case)
        final = _is_carried_out(self.session, case) and set(states) <= {"sent"}
        self._say(case, pull, note, "done" if final else None)

    def _closed(self, case: ProposalCase, pull: PullRequest) -> None:
        rules, why = self.session.rules, case.entry.doc.why or ()
        note = closed_comment(case.account, rules, case.entry, why)
        reason = close_reason(case.account, rules, case.entry)
        self._say(case, pull, note, reason)

    def _say(
        self,
        case: ProposalCase,
        pull: PullRequest,
        note: ProposalComment,
        outcome: str | None,
    ) -> None:
        """Comment first, then close, and label last: the label says all is done."""
        api = self.session.api
        if self.session.note(pull.number, note, anew=True):
            headline = plain(note.body.partition("\n")[0])
            self.work.lines.append(f"{case.name} was answered: {headline} {pull.page}")
        if pull.open:
            api.set_open(pull.number, is_open=False)
        if pull.branch in self.session.status.context.refs.proposals:
            api.delete_branch(pull.branch)
        if outcome:
            labels = [label for label in pull.labels if not starts(label, OUTCOME)]
            api.set_labels(pull.number, [*labels, f"{OUTCOME}{outcome}"])


def _is_answered(pull: PullRequest) -> bool:
    return any(starts(label, OUTCOME) for label in pull.labels)


def _is_carried_out(session: GitHubSession, case: ProposalCase) -> bool:
    state = account_state(case.account, session.rules)
    entry = state.history.entry(case.entry.id)
    return entry is not None and is_carried_out(state, entry)


def _states(session: GitHubSession, case: ProposalCase) -> list[str | None]:
    """List how everything stands that was done to carry a proposal out."""
    entries = fold(
        case.account.journal, session.status.context.day, case.account.records
    )
    return [e.doc.state for e in entries if e.doc.decision == case.entry.id]


def plain_refusal(name: str, why: Sequence[str], how: Sequence[str]) -> ProposalComment:
    """Say that a decision does not count, by the name of its proposal alone."""
    account, _, decision = name.partition("/")
    body = paragraphs(
        say("**This decision does not count. Nothing was sent.**"),
        bullets(say("{}", sentence) for sentence in why),
        say("To do it right:"),
        numbered(say("{}", sentence) for sentence in how),
    )
    marker = PageMarker("refused", account, decision, "", digest(body))
    return ProposalComment(f"{body}\n\n{marker}\n", marker)
