"""What somebody wrote in a mail: without what it quotes, and without its signature."""

import re
from collections.abc import Sequence

#: The line above what a mail program quotes with marks: On 3 Sep 2026, Dana wrote:
_WROTE = re.compile(
    r"(on|am) .{3,200}\b(wrote|schrieb)\b.{0,120}:|.{3,120} (wrote|schrieb):",
    re.IGNORECASE,
)
_LONGEST_WROTE = 3
#: Lines after which a mail program puts the whole mail that was answered.
_ORIGINAL = re.compile(
    r"-{2,} ?(original message|forwarded message|ursprüngliche nachricht"
    r"|weitergeleitete nachricht) ?-{2,}|_{20,}",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(from|von):\*? ", re.IGNORECASE)
_MORE_OF_A_HEAD = re.compile(
    r"\*?(sent|date|to|subject|cc|gesendet|datum|an|betreff):\*? ", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"--\s*|(sent|get outlook) (from|for) .{2,40}|(von meinem|gesendet von) .{2,40}",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?i:dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|hallo"
    r"|guten (?:tag|morgen|abend)|moin|liebe[rs]?|sehr geehrte[rs]?)"
    r"(,? (?:[A-ZÀ-Þ][\w.'-]*|all|and|team|und|zusammen)){0,6}[,!.]?"
)
_HEAD_LINES = 4


def gist(text: str) -> str:
    """Return the sender's own words; the whole text where nothing else is in it.

    Quoted lines, the mail that was answered, greeting and signature are left out.
    Whoever shows this shows the whole text too: a sentence may stand anywhere.
    """
    own = [line.strip() for line in own_lines(text)]
    while own and (not own[0] or _GREETING.fullmatch(own[0])):
        own = own[1:]
    return "\n".join(own).strip() or text.strip()


def own_lines(text: str) -> list[str]:
    """Return the sender's own lines, indented as they are; none where there is none."""
    return _unquoted(_before_the_end([line.rstrip() for line in text.splitlines()]))


def is_whole(text: str, longest: int) -> bool:
    """Whether nothing of a text is lost by showing its gist in so many characters."""
    plain = " ".join(text.split())
    return len(plain) <= longest and " ".join(gist(text).split()) == plain


def _before_the_end(lines: Sequence[str]) -> Sequence[str]:
    bare = [line.strip() for line in lines]
    for at, line in enumerate(bare):
        if _SIGNATURE.fullmatch(line) or _ORIGINAL.fullmatch(line):
            return lines[:at]
        if _FROM.match(line) and _is_head(bare[at + 1 : at + 1 + _HEAD_LINES]):
            return lines[:at]
    return lines


def _is_head(lines: Sequence[str]) -> bool:
    """Whether these lines go on with the head of a mail."""
    return sum(_MORE_OF_A_HEAD.match(line) is not None for line in lines) > 1


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Leave out marked lines, and above them the words that say who wrote them."""
    own: list[str] = []
    for line in lines:
        if not line.lstrip().startswith(">"):
            own.append(line)
            continue
        while own and not own[-1]:
            own.pop()
        for many in range(1, _LONGEST_WROTE + 1):
            if own[-many:] and _WROTE.fullmatch(_in_one(own[-many:])):
                del own[-many:]
                break
    return own


def _in_one(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines)
