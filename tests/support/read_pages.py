"""Read a page as a forge does: its Markdown, then the names in what came out."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

#: Names that a forge looks for in the words of a page, outside code.
NAMED = {
    "mention": re.compile(r"(?:^|\W)@[a-z0-9]", re.IGNORECASE),
    "issue": re.compile(r"#[0-9]"),
    "gh": re.compile(r"\bgh-[0-9]", re.IGNORECASE),
    "commit": re.compile(r"\b[0-9a-f]{7,40}\b", re.IGNORECASE),
    "address": re.compile(r"[a-z]+://\S|\bwww\.\w", re.IGNORECASE),
    "e-mail": re.compile(r"[\w.+-]@[\w-]"),
    "emoji": re.compile(r":[a-z0-9_+-]+:", re.IGNORECASE),
}
_VOID = {"br", "hr", "img"}
_QUIET = {"code", "pre", "a"}


@dataclass
class Seen(HTMLParser):
    """The elements of a page, where its links lead, and its words outside code."""

    elements: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    letter: set[str] = field(default_factory=set)
    comments: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element; those of a message are kept apart."""
        if "blockquote" in self.inside:
            self.letter.add(tag)
        else:
            self.elements.append(" ".join([*self.inside, tag]))
        if tag == "a":
            self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in _VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; it must be the one that was entered last."""
        assert self.inside[-1] == tag, f"{tag} ends inside {self.inside}"
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        """Hear words."""
        self.heard.append(data)
        if not _QUIET & set(self.inside):
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        """Count comments; they are our markers."""
        assert data.startswith(" goodterms:")
        self.comments += 1

    @property
    def text(self) -> str:
        """Everything that can be read, on one line."""
        return " ".join("".join(self.heard).split())


def seen(body: str) -> Seen:
    """Read a page; fails where an element is left open."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = Seen()
    found.feed(parser.render(body))
    found.close()
    assert found.inside == []
    return found


def names_found(body: str) -> set[str]:
    """Say which names a forge would find and turn into something."""
    text = " ".join(seen(body).words)
    return {name for name, pattern in NAMED.items() if pattern.search(text)}
