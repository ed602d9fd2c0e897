"""What we answer to words below a proposal: each answer says what it answers."""

from collections.abc import Sequence
from itertools import accumulate

from engine.decision.history import Entry
from engine.model import Account
from engine.page.layout import LONGEST_BODY, paragraphs
from engine.page.marker import Marker
from engine.page.notes import Note
from engine.page.safe import Md, literal, quoted, say, visible
from engine.settings import Settings

#: So many lines of an explanation have room in a comment.
_LINES = 300
_BREAK = "<br>\n"


def unheard_note(account: Account, entry: Entry, topic: str, flaw: str) -> Note:
    """Say that somebody's words count for nothing, and why."""
    return _note(account, entry, topic, say("**Nothing was done:** {}.", flaw))


def chosen_note(
    account: Account, entry: Entry, topic: str, option: str, who: str
) -> Note:
    """Say that merging does now what somebody asked for; *who* is their name."""
    form = (
        "**Chosen: {}**, as {} asked: merging does that now. {} cannot approve alone."
    )
    return _note(account, entry, topic, say(form, option, who, who))


def overtaken_note(account: Account, entry: Entry, topic: str, who: str) -> Note:
    """Say that somebody has chosen again since."""
    told = say("**Nothing was done:** {} has chosen again since.", who)
    return _note(account, entry, topic, told)


def explained_note(
    account: Account, entry: Entry, topic: str, text: str, who: str
) -> Note:
    """Explain why this and not that, in the words of ``goodterms explain``."""
    asked = say("{} asked why:", who)
    lines = visible(text).strip("\n").split("\n")
    shown = _fitting([_indented(line) for line in lines[:_LINES]])
    more = len(lines) - len(shown)
    note = say("and {} more lines: `goodterms explain`", more) if more > 0 else Md()
    told = _BREAK.join(shown)
    return _note(account, entry, topic, asked, Md(f"<p>\n{told}\n</p>"), note)


def called(settings: Settings, key: str) -> str:
    """Name one of us."""
    return settings.people[key].name if key in settings.people else key


def _fitting(lines: Sequence[str]) -> Sequence[str]:
    """Keep the lines for which a comment has room."""
    room = accumulate(len(line) + len(_BREAK) for line in lines)
    return [line for line, end in zip(lines, room, strict=True) if end <= LONGEST_BODY]


def _indented(line: str) -> str:
    """Keep how far a line is indented; it wraps on a phone."""
    bare = line.lstrip()
    blanks = "&#160;" * (len(line) - len(bare))
    return f"{blanks}{quoted(bare)}" if bare else literal("")


def _note(account: Account, entry: Entry, topic: str, *blocks: Md) -> Note:
    marker = Marker("answer", account.id, entry.id, "", topic)
    return Note(f"{paragraphs(*blocks)}\n\n{marker}\n", marker)
