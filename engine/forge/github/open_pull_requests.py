"""Open proposals as pull requests: opened, kept up to date, reminded of."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from goodterms.forge.github.client import ApiError, LimitError
from goodterms.forge.github.close_pull_requests import plain_refusal
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.session import (
    GitHubSession,
    ProposalCase,
    same_text,
    starts,
)
from goodterms.forge.github.write_queue import WriteQueue, is_too_new, warning
from goodterms.forge.protocol import Proposal, Ruling
from goodterms.model.calendar import plus
from goodterms.model.problem import Problem
from goodterms.views import PageMarker, ProposalPage, refused_comment, reminder_comment

#: The first label of every pull request of ours, put on when all else is done.
OURS = "goodterms"

#: Says that the team was reminded: so its comments need not be read in every run.
REMINDED = "reminded"

#: How labels begin that only the engine puts on and takes off.
OWN = ("step: ", "amount: ", "outcome: ")


@dataclass(frozen=True, slots=True)
class PullRequestUpdater:
    """Shows proposals; keeps account of it in ``work``."""

    session: GitHubSession
    work: WriteQueue

    def show(self, proposal: Proposal, refused: Ruling | None) -> None:
        """Make what people see of an open proposal as it should be. Raises ApiError."""
        case = self.session.case(proposal.name)
        pull = self.session.pulls.find(proposal.branch)
        if refused and pull:
            self._object(case, refused, pull)
        if case is None or (refused and not (pull and pull.open)):
            return
        page = self._page(case, proposal)
        if pull is None:
            pull = self._open(page, proposal)
        elif not self._is_open(pull):
            return
        self._refresh(pull, page)
        self._dress(proposal, page, pull)
        self._remind(case, proposal, pull)
        team = proposal.approval.by if proposal.approval else "nobody"
        report_line = f"{proposal.name} waits for {team} until {proposal.expires}"
        if proposal.flaw:
            report_line = f"{proposal.name} waits, and {proposal.unapprovable}"
        self.work.lines.append(f"{report_line}: {pull.page}")

    def _page(self, case: ProposalCase, proposal: Proposal) -> ProposalPage:
        page, problems = self.session.page(case, proposal)
        self.work.problems += problems
        return page

    def _open(self, page: ProposalPage, proposal: Proposal) -> PullRequest:
        """Open it; where GitHub has one, or may have made it, that one is adopted."""
        api = self.session.api
        try:
            pull = api.open_pull(proposal.branch, page.title, page.body)
        except LimitError:
            raise
        except ApiError as error:
            exists = error.status == HTTPStatus.UNPROCESSABLE_ENTITY
            if not error.unclear and not exists:
                raise
            existing = self.session.pulls.look_up(proposal.branch)
            if existing is None or not existing.open:
                raise
            return existing
        self.session.pulls.keep(pull)
        return pull

    def _is_open(self, pull: PullRequest) -> bool:
        """Whether it is open; one that a bot has closed is opened again.

        What a person closed or merged since the run began is for the next run.
        """
        if pull.open or pull.merged:
            return pull.open
        if not self.session.api.issue(pull.number).closed_by_bot:
            return False
        self.session.api.set_open(pull.number, is_open=True)
        return True

    def _refresh(self, pull: PullRequest, page: ProposalPage) -> None:
        """Write the page anew where GitHub shows another; silent when it does not."""
        if pull.title != page.title or not same_text(pull.body, page.body):
            self.session.api.edit_pull(pull.number, page.title, page.body)

    def _dress(self, proposal: Proposal, page: ProposalPage, pull: PullRequest) -> None:
        """Assign, ask and label. The label comes last: it says that all is done."""
        if not _has(pull, OURS):
            self._assign(page, pull)
            self._ask(proposal, pull)
        kept = [label for label in pull.labels if not starts(label, *OWN)]
        wanted = {label.casefold(): label for label in (*kept, *page.labels)}
        if wanted.keys() != {label.casefold() for label in pull.labels}:
            self.session.api.set_labels(pull.number, list(wanted.values()))

    def _assign(self, page: ProposalPage, pull: PullRequest) -> None:
        owner = [page.assignee_key] if page.assignee_key else []
        logins = list(self.session.logins(owner).values())
        if logins and not pull.assignees:
            self.session.api.assign(pull.number, logins)

    def _ask(self, proposal: Proposal, pull: PullRequest) -> None:
        """Ask the team to review; whom GitHub refuses is a warning.

        GitHub refuses all where it refuses one, so then they are asked singly.
        """
        already_asked = {login.casefold() for login in (*pull.reviewers, pull.author)}
        team = self._team(proposal).values()
        logins = [login for login in team if login.casefold() not in already_asked]
        if not logins or self._may_ask(pull, logins):
            return
        one_by_one = logins if len(logins) > 1 else []
        refused = [name for name in one_by_one if not self._may_ask(pull, [name])]
        for login in refused if one_by_one else logins:
            self.work.problems.append(_unasked(proposal, login))

    def _may_ask(self, pull: PullRequest, logins: Sequence[str]) -> bool:
        """Ask people to review; False where GitHub refuses one of them."""
        try:
            self.session.api.ask_review(pull.number, logins)
        except ApiError as error:
            refused = error.status == HTTPStatus.UNPROCESSABLE_ENTITY
            if not refused or is_too_new(error):
                raise
            return False
        return True

    def _remind(
        self, case: ProposalCase, proposal: Proposal, pull: PullRequest
    ) -> None:
        """Remind the team once, when half of the time has gone by."""
        if proposal.approval is None or _has(pull, REMINDED):
            return
        half = plus(proposal.proposed, (proposal.approval.expires + 1) // 2)
        if not half <= self.session.status.context.day <= proposal.expires:
            return
        marker = PageMarker("reminder", proposal.account, proposal.id, "", "")
        if self.session.notes(pull.number, marker) or self._reminded(
            case, proposal, pull
        ):
            self.session.api.add_label(pull.number, REMINDED)

    def _reminded(
        self, case: ProposalCase, proposal: Proposal, pull: PullRequest
    ) -> bool:
        """Remind those who have not approved; False where all have."""
        reviews = self.session.api.reviews(pull.number)
        done = {r.login.casefold() for r in reviews if r.state == "APPROVED"}
        team = self._team(proposal)
        keys = [key for key, login in team.items() if login.casefold() not in done]
        if keys:
            note = reminder_comment(case.account, self.session.rules, case.entry, keys)
            self.session.api.comment(pull.number, note.body)
        return bool(keys)

    def _object(
        self, case: ProposalCase | None, refused: Ruling, pull: PullRequest
    ) -> None:
        """Say on the pull request why its decision does not count, once."""
        rules, why = self.session.rules, refused.why
        how = [self.session.way_out(refused.proposal.name, pull)]
        if case is None:
            note = plain_refusal(refused.proposal.name, why, how)
        else:
            note = refused_comment(
                case.account,
                rules,
                case.entry,
                why,
                how,
                asks_again="anew" if pull.merged else "here",
            )
        self.session.note(pull.number, note)

    def _team(self, proposal: Proposal) -> dict[str, str]:
        if proposal.approval is None:
            return {}
        teams = self.session.rules.settings.teams
        return self.session.logins(teams.get(proposal.approval.by, ()))


def _unasked(proposal: Proposal, login: str) -> Problem:
    return warning(
        proposal.path,
        f"GitHub does not let '{login}' be asked to review",
        "see what they may do: goodterms doctor",
    )


def _has(pull: PullRequest, label: str) -> bool:
    return any(_same(name, label) for name in pull.labels)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
