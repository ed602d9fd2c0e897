"""Answer what people ask for below open proposals, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from engine.explain import explain
from engine.forge.commands import read_commands
from engine.forge.edits import edit_of
from engine.forge.github.desk import Case, Desk
from engine.forge.github.firsts import known_logins
from engine.forge.github.hearing import Court, Heard, hear, last_choice
from engine.forge.github.sayings import Saying, Sayings, answered
from engine.forge.github.values import Pull
from engine.forge.github.work import Work
from engine.forge.proposal import Proposal
from engine.page import Note
from engine.page.answers import (
    called,
    chosen_note,
    explained_note,
    overtaken_note,
    unheard_note,
)
from engine.planning import plan_one, rules_of

#: So many strangers are told by a run that their words count for nothing.
_STRANGERS = 10


@dataclass
class Responder:
    """Answers below pull requests; keeps account of it in ``work``."""

    desk: Desk
    work: Work
    sayings: Sayings
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

    def _answer(self, proposal: Proposal, pull: Pull, said: Sequence[Saying]) -> None:
        """Answer one by one. Raises ApiError."""
        case = self.desk.case(proposal.name)
        if case is None:
            return
        api, repo, scene = self.desk.api, self.desk.repo, self.desk.scene
        known = known_logins(repo, scene.refs.main)
        court = Court(self.desk.rules.settings, known, api.client.me)
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
        self, case: Case, proposal: Proposal, heard: Sequence[Heard], each: Heard
    ) -> Note | None:
        """Write an answer; None while there is none: it is not done yet."""
        about, topic = (case.account, case.entry), _topic(each)
        if each.flaw:
            return unheard_note(*about, topic, each.flaw)
        if each.command.verb == "why":
            return self._explained(case, each)
        return self._chosen(case, proposal, heard, each)

    def _chosen(
        self, case: Case, proposal: Proposal, heard: Sequence[Heard], each: Heard
    ) -> Note | None:
        """Answer a choice, once the file says so; another one may stand by now."""
        about, topic = (case.account, case.entry), _topic(each)
        settings, last = self.desk.rules.settings, last_choice(heard)
        if each.command.verb != "choose" or last is None:
            return None
        if last is not each:
            return overtaken_note(*about, topic, called(settings, last.by))
        edit = edit_of(self.desk.repo, self.desk.scene.refs, proposal)
        if edit.flaw:
            return unheard_note(*about, topic, edit.flaw)
        option = each.command.option
        if option != (edit.choose or case.entry.doc.choose):
            return None
        return chosen_note(*about, topic, option, called(settings, each.by))

    def _explained(self, case: Case, each: Heard) -> Note:
        """Say what ``goodterms explain`` says, of one invoice where one is named."""
        workspace, day = self.desk.scene.workspace, self.desk.scene.day
        law = rules_of(workspace, day)
        plan = plan_one(workspace, case.account, law)
        named = each.command.option
        known = {invoice.id for invoice in case.account.invoices}
        text = explain(case.account, law, plan, named if named in known else None)
        who = called(self.desk.rules.settings, each.by)
        return explained_note(case.account, case.entry, _topic(each), text, who)


def _topic(heard: Heard) -> str:
    """Name what an answer answers: a stranger is told once, whatever they write."""
    if heard.is_stranger:
        who = heard.saying.author
        return f"from {who.id or who.login}"
    return heard.saying.id
