"""Which machine's outbox a claim was made for: only there are its files known."""

import os
import re
from pathlib import Path
from uuid import uuid4

from goodterms.channels import Delivery
from goodterms.git import Repo, message_of
from goodterms.model.settings import Settings

#: The line in a commit of claims that says whose outbox its files are meant for.
OUTBOX_OF = "Outbox-of:"

_FILE = "goodterms-machine"
_ID = re.compile(r"[0-9a-f]{32}")


def machine_id(repo: Repo) -> str:
    """Return the id of this checkout's outbox, made at first sight and then kept.

    It lies in git's own folder of the checkout, which no clone takes along and
    every worktree has for itself, as it has an outbox for itself.
    """
    file = repo.own / _FILE
    if (known := _read(file)) is not None:
        return known
    made = uuid4().hex
    draft = file.with_name(f"{_FILE}.{made}")
    with draft.open("w", encoding="ascii") as part:
        part.write(f"{made}\n")
        part.flush()
        os.fsync(part.fileno())
    draft.replace(file)
    return made


def outbox_note(repo: Repo, settings: Settings, deliveries: list[Delivery]) -> str:
    """Return the line for the commit of these claims; "" if none is for an outbox."""
    if any(settings.channels.get(each.channel) == "outbox" for each in deliveries):
        return f"{OUTBOX_OF} {machine_id(repo)}\n"
    return ""


def is_ours(repo: Repo, commit: str) -> bool:
    """Whether a commit's claims on an outbox were made for the one of this checkout."""
    note = f"{OUTBOX_OF} {_read(repo.own / _FILE)}"
    return note in message_of(repo, commit).splitlines()


def _read(file: Path) -> str | None:
    try:
        text = file.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return text if _ID.fullmatch(text) else None
