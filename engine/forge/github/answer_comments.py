"""Answer what people ask for below open proposals, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from goodterms.forge.commands import read_commands
from goodterms.forge.github.comment_commands import (
    CommentRules,
    HeardCommand,
    hear,
    last_choice,
)
from goodterms.forge.github.comments import (
    PullRequestComment,
    PullRequestComments,
    answered,
)
from goodterms.forge.github.known_logins import known_logins
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.session import GitHubSession, ProposalCase
from goodterms.forge.github.write_queue import WriteQueue
from goodterms.forge.proposal_edits import edit_of
from goodterms.forge.protocol import Proposal
from goodterms.views import ProposalComment
from goodterms.views.comments import (
    called,
    chosen_note,
    disregarded_note,
    explained_note,
    overtaken_note,
)
from goodterms.views.explain import explain
from goodterms.workspace.plan_all import plan_one, rules_of

#: So many strangers are told by a run that their words count for nothing.
_STRANGERS = 10


@dataclass
class CommentResponder:
    """Answers below pull requests; keeps account of it in ``work``."""

    desk: GitHubSession
    work: WriteQueue
    sayings: PullRequestComments
    strangers: int = 0

    def respond(self) -> None:
        """Answer every command below an open proposal that has no answer yet.

        What ends a proposal is answered when it is closed.
        """
        for proposal in self.desk.scene.proposals:
            pull = self.desk.pulls.known(proposal.branch)
            said = self.sayings.below(pull.number) if pull else ()
            if pull is None or not any(read_commands(each.body) for each in said):
                continue
            what, job = f"answer below {proposal.name}", self._answer
            self.work.do(what, proposal.path, partial(job, proposal, pull, said))

    def _answer(
        self, proposal: Proposal, pull: PullRequest, said: Sequence[PullRequestComment]
    ) -> None:
        """Answer one by one. Raises ApiError."""
        case = self.desk.case(proposal.name)
        if case is None:
            return
        api, repo, scene = self.desk.api, self.desk.repo, self.desk.scene
        known = known_logins(repo, scene.context.refs.main)
        court = CommentRules(self.desk.rules.settings, known, api.client.me)
        done = set(answered(api, said))
        heard = hear(court, proposal, said)
        for each in heard:
            topic = _topic(each)
            if topic in done or (each.is_stranger and self._is_enough()):
                continue
            done.add(topic)
            note = self._note(case, proposal, heard, each)
            if note:
                api.comment(pull.number, note.body)
                who = each.saying.author.login or "somebody"
                told = f"{proposal.name}: {who} was answered {pull.page}"
                self.work.lines.append(told)

    def _is_enough(self) -> bool:
        self.strangers += 1
        return self.strangers > _STRANGERS

    def _note(
        self,
        case: ProposalCase,
        proposal: Proposal,
        heard: Sequence[HeardCommand],
        heard_command: HeardCommand,
    ) -> ProposalComment | None:
        """Write an answer; None while there is none: it is not done yet."""
        about, topic = (case.account, case.entry), _topic(heard_command)
        if heard_command.flaw:
            return disregarded_note(*about, topic, heard_command.flaw)
        if heard_command.command.verb == "why":
            return self._explained(case, heard_command)
        return self._chosen(case, proposal, heard, heard_command)

    def _chosen(
        self,
        case: ProposalCase,
        proposal: Proposal,
        heard: Sequence[HeardCommand],
        heard_command: HeardCommand,
    ) -> ProposalComment | None:
        """Answer a choice, once the file says so; another one may stand by now."""
        about, topic = (case.account, case.entry), _topic(heard_command)
        settings, last = self.desk.rules.settings, last_choice(heard)
        if heard_command.command.verb != "choose" or last is None:
            return None
        if last is not heard_command:
            return overtaken_note(*about, topic, called(settings, last.by))
        edit = edit_of(self.desk.repo, self.desk.scene.context.refs, proposal)
        if edit.flaw:
            return disregarded_note(*about, topic, edit.flaw)
        option = heard_command.command.option
        if option != (edit.choose or case.entry.doc.choose):
            return None
        return chosen_note(*about, topic, option, called(settings, heard_command.by))

    def _explained(
        self, case: ProposalCase, heard_command: HeardCommand
    ) -> ProposalComment:
        """Say what ``goodterms explain`` says, of one invoice where one is named."""
        workspace, day = self.desk.scene.context.workspace, self.desk.scene.context.day
        law = rules_of(workspace, day)
        plan = plan_one(workspace, case.account, law)
        named = heard_command.command.option
        known = {invoice.id for invoice in case.account.invoices}
        text = explain(case.account, law, plan, named if named in known else None)
        who = called(self.desk.rules.settings, heard_command.by)
        return explained_note(
            case.account, case.entry, _topic(heard_command), text, who
        )


def _topic(heard_command: HeardCommand) -> str:
    """Name what an answer answers: a stranger is told once, whatever they write."""
    if heard_command.is_stranger:
        who = heard_command.saying.author
        return f"from {who.id or who.login}"
    return heard_command.saying.id
