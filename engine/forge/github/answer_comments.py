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

    session: GitHubSession
    work: WriteQueue
    comments: PullRequestComments
    strangers: int = 0

    def respond(self) -> None:
        """Answer every command below an open proposal that has no answer yet.

        What ends a proposal is answered when it is closed.
        """
        for proposal in self.session.status.proposals:
            pull = self.session.pulls.known(proposal.branch)
            comments = self.comments.below(pull.number) if pull else ()
            if pull is None or not any(
                read_commands(comment.body) for comment in comments
            ):
                continue
            task, job = f"answer below {proposal.name}", self._answer
            self.work.do(task, proposal.path, partial(job, proposal, pull, comments))

    def _answer(
        self,
        proposal: Proposal,
        pull: PullRequest,
        comments: Sequence[PullRequestComment],
    ) -> None:
        """Answer one by one. Raises ApiError."""
        case = self.session.case(proposal.name)
        if case is None:
            return
        api, repo, status = self.session.api, self.session.repo, self.session.status
        numbers = known_logins(repo, status.context.refs.main)
        rules = CommentRules(self.session.rules.settings, numbers, api.client.me)
        done = set(answered(api, comments))
        commands = hear(rules, proposal, comments)
        for command in commands:
            topic = _topic(command)
            if topic in done or (command.is_stranger and self._is_enough()):
                continue
            done.add(topic)
            note = self._note(case, proposal, commands, command)
            if note:
                api.comment(pull.number, note.body)
                who = command.comment.author.login or "somebody"
                report_line = f"{proposal.name}: {who} was answered {pull.page}"
                self.work.lines.append(report_line)

    def _is_enough(self) -> bool:
        self.strangers += 1
        return self.strangers > _STRANGERS

    def _note(
        self,
        case: ProposalCase,
        proposal: Proposal,
        commands: Sequence[HeardCommand],
        heard_command: HeardCommand,
    ) -> ProposalComment | None:
        """Write an answer; None while there is none: it is not done yet."""
        subject, topic = (case.account, case.entry), _topic(heard_command)
        if heard_command.flaw:
            return disregarded_note(*subject, topic, heard_command.flaw)
        if heard_command.command.verb == "why":
            return self._explained(case, heard_command)
        return self._chosen(case, proposal, commands, heard_command)

    def _chosen(
        self,
        case: ProposalCase,
        proposal: Proposal,
        commands: Sequence[HeardCommand],
        heard_command: HeardCommand,
    ) -> ProposalComment | None:
        """Answer a choice, once the file says so; another one may stand by now."""
        subject, topic = (case.account, case.entry), _topic(heard_command)
        settings, last = self.session.rules.settings, last_choice(commands)
        if heard_command.command.verb != "choose" or last is None:
            return None
        if last is not heard_command:
            return overtaken_note(*subject, topic, called(settings, last.by))
        edit = edit_of(self.session.repo, self.session.status.context.refs, proposal)
        if edit.flaw:
            return disregarded_note(*subject, topic, edit.flaw)
        option = heard_command.command.option
        if option != (edit.choose or case.entry.doc.choose):
            return None
        return chosen_note(*subject, topic, option, called(settings, heard_command.by))

    def _explained(
        self, case: ProposalCase, heard_command: HeardCommand
    ) -> ProposalComment:
        """Say what ``goodterms explain`` says, of one invoice where one is named."""
        workspace, day = (
            self.session.status.context.workspace,
            self.session.status.context.day,
        )
        policies = rules_of(workspace, day)
        plan = plan_one(workspace, case.account, policies)
        invoice_id = heard_command.command.option
        invoice_ids = {invoice.id for invoice in case.account.invoices}
        text = explain(
            case.account,
            policies,
            plan,
            invoice_id if invoice_id in invoice_ids else None,
        )
        who = called(self.session.rules.settings, heard_command.by)
        return explained_note(
            case.account, case.entry, _topic(heard_command), text, who
        )


def _topic(heard_command: HeardCommand) -> str:
    """Name what an answer answers: a stranger is told once, whatever they write."""
    if heard_command.is_stranger:
        who = heard_command.comment.author
        return f"from {who.id or who.login}"
    return heard_command.comment.id
