"""Compare the texts of what was sent with the digests that their claims keep."""

from collections.abc import Iterable
from pathlib import Path

from goodterms.model.journal import JournalDocument, digest_of
from goodterms.model.paths import messages_folder
from goodterms.model.problem import Place, Problem
from goodterms.provenance.problems import ALTERED
from goodterms.workspace.files import is_link, read, top_files


def digests(journal: Iterable[JournalDocument]) -> dict[str, str]:
    """Return the digest of each message's file, by id; old claims keep none."""
    return {each.id: each.text for each in journal if each.text}


def other_texts(
    root: Path, account: str, journal: Iterable[JournalDocument]
) -> tuple[Problem, ...]:
    """Name the files of messages that are not what their claims say.

    How lines end, which git or an editor may change, is not what is said.
    """
    known = digests(journal)
    folder = messages_folder(account)
    names = top_files(f"{root}/{folder}") if known else ()
    found = []
    for name in names:
        id_ = name.removesuffix(".md")
        path = f"{root}/{folder}/{name}"
        if id_ in known and name.endswith(".md"):
            text = b"" if is_link(path) else read(path).replace(b"\r\n", b"\n")
            if digest_of(text) != known[id_]:
                found.append(other_text(f"{folder}/{name}"))
    return tuple(found)


def other_text(path: str) -> Problem:
    """Say that a message's file is not what was claimed."""
    return Problem(
        Place(path, 1),
        "this is not the text that was sent: its claim in the journal has another"
        " digest",
        f"see with 'git log -p -- {path}' what changed it, and undo that",
        rule=ALTERED,
    )
