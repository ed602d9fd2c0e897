"""Open proposals as pull requests: opened, kept up to date, reminded of."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from engine.days import plus
from engine.forge.github.client import ApiError, LimitError
from engine.forge.github.desk import Case, Desk, same_text, starts
from engine.forge.github.plain import plain_refusal
from engine.forge.github.values import Pull
from engine.forge.github.work import Work, is_too_new, warning
from engine.forge.proposal import Proposal, Ruling
from engine.page import Marker, Page, refused_comment, reminder_comment
from engine.problem import Problem

#: The first label of every pull request of ours, put on when all else is done.
OURS = "goodterms"

#: Says that the team was reminded: so its comments need not be read in every run.
REMINDED = "reminded"

#: How labels begin that only the engine puts on and takes off.
OWN = ("step: ", "amount: ", "outcome: ")


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows proposals; keeps account of it in ``work``."""

    desk: Desk
    work: Work

    def show(self, proposal: Proposal, refused: Ruling | None) -> None:
        """Make what people see of an open proposal as it should be. Raises ApiError."""
        case = self.desk.case(proposal.name)
        pull = self.desk.pulls.find(proposal.branch)
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
        told = f"{proposal.name} waits for {team} until {proposal.expires}"
        if proposal.flaw:
            told = f"{proposal.name} waits, and {proposal.unapprovable}"
        self.work.lines.append(f"{told}: {pull.page}")

    def _page(self, case: Case, proposal: Proposal) -> Page:
        page, problems = self.desk.page(case, proposal)
        self.work.problems += problems
        return page

    def _open(self, page: Page, proposal: Proposal) -> Pull:
        """Open it; where GitHub has one, or may have made it, that one is adopted."""
        api = self.desk.api
        try:
            made = api.open_pull(proposal.branch, page.title, page.body)
        except LimitError:
            raise
        except ApiError as error:
            exists = error.status == HTTPStatus.UNPROCESSABLE_ENTITY
            if not error.unclear and not exists:
                raise
            found = self.desk.pulls.look_up(proposal.branch)
            if found is None or not found.open:
                raise
            return found
        self.desk.pulls.keep(made)
        return made

    def _is_open(self, pull: Pull) -> bool:
        """Whether it is open; one that a bot has closed is opened again.

        What a person closed or merged since the run began is for the next run.
        """
        if pull.open or pull.merged:
            return pull.open
        if not self.desk.api.issue(pull.number).closed_by_bot:
            return False
        self.desk.api.set_open(pull.number, is_open=True)
        return True

    def _refresh(self, pull: Pull, page: Page) -> None:
        """Write the page anew where GitHub shows another; silent when it does not."""
        if pull.title != page.title or not same_text(pull.body, page.body):
            self.desk.api.edit_pull(pull.number, page.title, page.body)

    def _dress(self, proposal: Proposal, page: Page, pull: Pull) -> None:
        """Assign, ask and label. The label comes last: it says that all is done."""
        if not _has(pull, OURS):
            self._assign(page, pull)
            self._ask(proposal, pull)
        kept = [label for label in pull.labels if not starts(label, *OWN)]
        wanted = {label.casefold(): label for label in (*kept, *page.labels)}
        if wanted.keys() != {label.casefold() for label in pull.labels}:
            self.desk.api.set_labels(pull.number, list(wanted.values()))

    def _assign(self, page: Page, pull: Pull) -> None:
        owner = [page.assignee_key] if page.assignee_key else []
        logins = list(self.desk.logins(owner).values())
        if logins and not pull.assignees:
            self.desk.api.assign(pull.number, logins)

    def _ask(self, proposal: Proposal, pull: Pull) -> None:
        """Ask the team to review; whom GitHub refuses is a warning.

        GitHub refuses all where it refuses one, so then they are asked singly.
        """
        known = {login.casefold() for login in (*pull.reviewers, pull.author)}
        team = self._team(proposal).values()
        logins = [login for login in team if login.casefold() not in known]
        if not logins or self._may_ask(pull, logins):
            return
        singly = logins if len(logins) > 1 else []
        refused = [each for each in singly if not self._may_ask(pull, [each])]
        for login in refused if singly else logins:
            self.work.problems.append(_unasked(proposal, login))

    def _may_ask(self, pull: Pull, logins: Sequence[str]) -> bool:
        """Ask people to review; False where GitHub refuses one of them."""
        try:
            self.desk.api.ask_review(pull.number, logins)
        except ApiError as error:
            refused = error.status == HTTPStatus.UNPROCESSABLE_ENTITY
            if not refused or is_too_new(error):
                raise
            return False
        return True

    def _remind(self, case: Case, proposal: Proposal, pull: Pull) -> None:
        """Remind the team once, when half of the time has gone by."""
        if proposal.approval is None or _has(pull, REMINDED):
            return
        half = plus(proposal.proposed, (proposal.approval.expires + 1) // 2)
        if not half <= self.desk.scene.day <= proposal.expires:
            return
        about = Marker("reminder", proposal.account, proposal.id, "", "")
        if self.desk.notes(pull.number, about) or self._reminded(case, proposal, pull):
            self.desk.api.add_label(pull.number, REMINDED)

    def _reminded(self, case: Case, proposal: Proposal, pull: Pull) -> bool:
        """Remind those who have not approved; False where all have."""
        reviews = self.desk.api.reviews(pull.number)
        done = {r.login.casefold() for r in reviews if r.state == "APPROVED"}
        team = self._team(proposal)
        keys = [key for key, login in team.items() if login.casefold() not in done]
        if keys:
            note = reminder_comment(case.account, self.desk.rules, case.entry, keys)
            self.desk.api.comment(pull.number, note.body)
        return bool(keys)

    def _object(self, case: Case | None, refused: Ruling, pull: Pull) -> None:
        """Say on the pull request why its decision does not count, once."""
        rules, why = self.desk.rules, refused.why
        how = [self.desk.way_out(refused.proposal.name, pull)]
        if case is None:
            note = plain_refusal(refused.proposal.name, why, how)
        else:
            note = refused_comment(
                case.account,
                rules,
                case.entry,
                why,
                how,
                asked="anew" if pull.merged else "here",
            )
        self.desk.note(pull.number, note)

    def _team(self, proposal: Proposal) -> dict[str, str]:
        if proposal.approval is None:
            return {}
        teams = self.desk.rules.settings.teams
        return self.desk.logins(teams.get(proposal.approval.by, ()))


def _unasked(proposal: Proposal, login: str) -> Problem:
    return warning(
        proposal.path,
        f"GitHub does not let '{login}' be asked to review",
        "see what they may do: goodterms doctor",
    )


def _has(pull: Pull, label: str) -> bool:
    return any(_same(each, label) for each in pull.labels)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
