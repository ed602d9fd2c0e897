"""The outbox: a folder of files that somebody or something picks up."""

import glob
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from goodterms.channels.delivery import Delivery, DeliveryResult
from goodterms.model.journal import OUTBOX
from goodterms.model.settings import Settings

FOLDER = OUTBOX

#: Lets mail programs open a message as one that is still to be sent, not as received.
_UNSENT = b"X-Unsent: 1\r\n"


@dataclass(frozen=True, slots=True)
class OutboxChannel:
    """``outbox/<account>/<entry>.eml`` and the like, below the root.

    Each file of a message appears whole, and what cannot be written leaves none of
    them behind; a run that is killed between two leaves the first, and the same
    message again adds the others. The same bytes again change nothing; other bytes
    under the same id are refused. An e-mail is a draft there.
    """

    root: Path
    name: str = OUTBOX
    deduplicates: bool = True

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Write the parts that are not there yet, all of them or none."""
        folder = self.root / FOLDER / delivery.account
        files = {
            folder / f"{delivery.entry}{ending}": _as_draft(ending, content)
            for ending, content in delivery.parts.items()
        }
        for place in (folder.parent, folder):
            if place.is_symlink():
                path = f"{place.relative_to(self.root)} is a link"
                return DeliveryResult("failed", f"{path}; put a folder in its place")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                if file.exists() and file.read_bytes() != content:
                    path = f"{FOLDER}/{delivery.account}/{file.name}"
                    return DeliveryResult("failed", f"{path} exists with other content")
            _place({file: files[file] for file in files if not file.exists()})
        except OSError as error:
            return DeliveryResult(
                "failed", f"{error.filename or folder}: {error.strerror}"
            )
        names = (file.relative_to(self.root).as_posix() for file in files)
        return DeliveryResult("sent", files=tuple(sorted(names)))


def open_channel(
    _settings: Settings, root: Path, _env: Mapping[str, str]
) -> OutboxChannel:
    """Make ready the outbox below the root; it needs nothing."""
    return OutboxChannel(root)


def files_of(root: Path, account: str, entry: str) -> tuple[str, ...]:
    """List the files of a message that lie in the outbox here, from the root."""
    folder = root / FOLDER / account
    candidates = (folder / f"{entry}{ending}" for ending in (".eml", ".html", ".txt"))
    return tuple(f.relative_to(root).as_posix() for f in candidates if f.is_file())


def _as_draft(ending: str, content: bytes) -> bytes:
    return _UNSENT + content if ending == ".eml" else content


def _place(files: Mapping[Path, bytes]) -> None:
    """Put files into their folder together; what fails leaves none of them behind."""
    drafts: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for file, content in files.items():
            drafts[file] = _draft(file, content)
        for file, draft in drafts.items():
            draft.rename(file)
            placed.append(file)
    except OSError:
        for path in (*placed, *drafts.values()):
            path.unlink(missing_ok=True)
        raise
    for folder in {file.parent for file in files}:
        _sync(folder)


def _draft(file: Path, content: bytes) -> Path:
    for left_by_a_killed_run in file.parent.glob(f".{glob.escape(file.name)}.*"):
        left_by_a_killed_run.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).chmod(0o644)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(file)) from None
    return Path(name)


def _sync(folder: Path) -> None:
    """Make sure that names outlive a loss of power, where the system can do so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
