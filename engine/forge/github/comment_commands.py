"""Which comments below a proposal count as commands, and of whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from goodterms.forge.commands import CommentCommand, read_commands, read_days
from goodterms.forge.github.actor import Actor, another_words, is_another
from goodterms.forge.github.comments import PullRequestComment
from goodterms.forge.protocol import Proposal
from goodterms.model.calendar import DayError, plus
from goodterms.model.problem import did_you_mean
from goodterms.model.settings import Settings

#: What ends a proposal.
NOES = ("decline", "later")

_BOT = "[bot]"


@dataclass(frozen=True, slots=True)
class CommentRules:
    """Whose commands count: the settings and known logins of main, and our account.

    They are main's before anything is decided by what was said: its first parent.
    """

    settings: Settings
    account_numbers: Mapping[str, int]
    me: Actor

    def day(self, comment: PullRequestComment) -> date:
        """Return the day on which something was said, where the creditor is."""
        zone = ZoneInfo(self.settings.creditor.timezone)
        return comment.at.astimezone(zone).date()

    def person(self, who: Actor) -> str | None:
        """Find who of us wrote something: by login, if it is still their account."""
        if is_another(who, self.account_numbers):
            return None
        people = self.settings.people.values()
        login = who.login.casefold()
        return next(
            (p.key for p in people if p.github and p.github.casefold() == login), None
        )


@dataclass(frozen=True, slots=True)
class HeardCommand:
    """A comment that asks for something: what, who of us did, and on which day.

    ``flaw`` says why it counts for nothing; then ``is_stranger`` says that whoever
    wrote it is not to be told again. ``until`` is the last day of quiet of a /later.
    """

    comment: PullRequestComment
    command: CommentCommand
    on: date
    by: str = ""
    flaw: str = ""
    is_stranger: bool = False
    until: date | None = None

    @property
    def counts(self) -> bool:
        """Whether it is to be done."""
        return not self.flaw


def hear(
    rules: CommentRules, proposal: Proposal, comments: Iterable[PullRequestComment]
) -> list[HeardCommand]:
    """Find the commands in what was said below a proposal, in the order of time.

    What we wrote ourselves is none, whatever it says.
    """
    return list(_heard_commands(rules, proposal, comments))


def first_no(commands: Iterable[HeardCommand]) -> HeardCommand | None:
    """Find the first no among commands: it ends the proposal, or puts it off."""
    return next((h for h in commands if h.counts and h.command.verb in NOES), None)


def last_choice(commands: Iterable[HeardCommand]) -> HeardCommand | None:
    """Find the last choice among commands: it is the one that stands."""
    choices = [h for h in commands if h.counts and h.command.verb == "choose"]
    return choices[-1] if choices else None


def _heard_commands(
    rules: CommentRules, proposal: Proposal, comments: Iterable[PullRequestComment]
) -> Iterator[HeardCommand]:
    for comment in comments:
        commands = read_commands(comment.body)
        if not commands or comment.author.is_same(rules.me):
            continue
        command = commands[0]
        flaw, stranger = _disregarded(rules, proposal, comment, command)
        by = rules.person(comment.author) or ""
        if not flaw and len(commands) > 1:
            flaw = f"it asks for {len(commands)} things at once: one comment for each"
        heard_command = HeardCommand(
            comment, command, rules.day(comment), by, flaw, stranger
        )
        yield heard_command if flaw else _checked(proposal, heard_command)


def _disregarded(
    rules: CommentRules,
    proposal: Proposal,
    comment: PullRequestComment,
    command: CommentCommand,
) -> tuple[str, bool]:
    """Say why somebody's words count for nothing, and whether they are a stranger."""
    who = comment.author
    if is_another(who, rules.account_numbers):
        return another_words(who, rules.account_numbers), True
    by = rules.person(who)
    if who.login.endswith(_BOT):
        return f"{who.login} is a bot, and bots decide nothing", True
    if by is None:
        return f"{who.login or 'an account that is gone'} is none of us", True
    team = proposal.approval.by if proposal.approval else ""
    members = rules.settings.teams.get(team, ())
    if team and by not in members and command.verb != "why":
        return f"{rules.settings.people[by].name} is not in {team}", True
    if comment.edited:
        return "it was edited, and what was edited counts for nothing", False
    return "", False


def _checked(proposal: Proposal, heard_command: HeardCommand) -> HeardCommand:
    """Say what is wrong with what a member asks for, or until when to be quiet."""
    command = heard_command.command
    if command.verb == "choose":
        return replace(heard_command, flaw=_choice_flaw(proposal, command.option))
    if command.verb == "approve":
        flaw = "merging is what approves: merge the pull request"
        return replace(heard_command, flaw=flaw)
    if command.verb != "later":
        return heard_command
    try:
        days = read_days(command.when, heard_command.on)
    except DayError as error:
        return replace(heard_command, flaw=f"{error}, as in /later 14d")
    return replace(heard_command, until=plus(heard_command.on, days - 1))


def _choice_flaw(proposal: Proposal, option: str) -> str:
    if not proposal.options:
        return "there is nothing to choose here: merge it, or /decline because …"
    if option in proposal.choices:
        return ""
    named = ", ".join(proposal.choices)
    hint = did_you_mean(option, proposal.choices)
    return f"'{option}' is none of {named}{f'; {hint}' if hint else ''}"
