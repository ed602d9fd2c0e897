"""Read the files of a repository: many small ones, as fast as the system gives them."""

import errno
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from goodterms.model.paths import SOURCES, account_folder, invoices_folder

#: The file that marks a root.
SETTINGS = "goodterms.yaml"

#: The folders below a root that are read; of _TREES all that lies under them.
_TREES = ("policies", "templates")
_READ = (*_TREES, "ledger", SOURCES)

#: The folders of an account whose files are read, and the one that is written to.
_FOLDERS = frozenset({"invoices", "records", "decisions"})
_WRITTEN = "messages"


def read(path: str) -> bytes:
    """Read a whole file. Raises OSError."""
    with FileIO(path) as file:
        return file.readall()


def folder_names(path: str) -> tuple[str, ...]:
    """List the folders in a folder, sorted; those that start with a dot are not ours.

    A link is none: what it leads to may be another account, or outside. A folder
    that does not exist has none.
    """
    try:
        with os.scandir(path) as entries:
            found = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    return tuple(sorted(name for name in found if not name.startswith(".")))


def top_files(path: str) -> tuple[str, ...]:
    """List what is in a folder and no folder itself, sorted; dotted names are not ours.

    A folder that does not exist has none.
    """
    try:
        return tuple(
            sorted(name for name, _file, folder in _entries(path) if not folder)
        )
    except FileNotFoundError:
        return ()


def account_files(root: str, account: str) -> dict[str, bytes]:
    """Read an account's folder, by path from the root; messages stay unread.

    What cannot be a file of the ledger is there with nothing in it, so that
    it can be reported. Raises OSError, for a link where a file belongs too.
    """
    files: dict[str, bytes] = {}
    folder = f"{account_folder(account)}/"
    for name, is_file, is_folder in _entries(f"{root}/{folder}"):
        if is_file:
            files[folder + name] = _content(f"{root}/{folder}{name}", name)
        elif is_folder and name in _FOLDERS:
            _add_folder(files, root, f"{folder}{name}/")
        elif name.endswith(".yaml") or name in _FOLDERS:
            raise _link(f"{root}/{folder}{name}")
        elif name != _WRITTEN:
            files[f"{folder}{name}"] = b""
        elif not is_folder:
            raise _link(f"{root}/{folder}{name}")
    return files


def _link(path: str) -> OSError:
    what = "it is a link or a device; put the file itself there"
    return OSError(errno.ELOOP, what, path)


def is_link(path: str) -> bool:
    """Whether a path is a link."""
    return Path(path).is_symlink()


def is_empty(path: str) -> bool:
    """Whether there is nothing in a folder but folders with nothing in them."""
    return all(
        each.is_dir() and not each.is_symlink() for each in Path(path).rglob("*")
    )


def without_links(root: Path, path: str) -> Path:
    """Return where a path from the root leads; raises OSError if over a link."""
    here = root
    for part in Path(path).parts:
        here /= part
        if here.is_symlink():
            raise _link(str(here))
    return here


def links(root: str) -> Iterator[str]:
    """List the links where files are read, by path from the root; none is followed.

    What lies in the folder of an account is looked at when the account is read.
    """
    for name in (SETTINGS, *_READ):
        if is_link(f"{root}/{name}"):
            yield name
        elif name in _TREES:
            yield from (f"{name}/{inner}" for inner in _links_under(f"{root}/{name}"))
        elif name != SETTINGS:
            listed = (f"{name}/{inner}" for inner in top_files(f"{root}/{name}"))
            yield from (path for path in listed if is_link(f"{root}/{path}"))


def _links_under(folder: str, prefix: str = "") -> Iterator[str]:
    for name, is_file, is_folder in _sorted_entries(folder):
        if is_folder:
            yield from _links_under(f"{folder}/{name}", f"{prefix}{name}/")
        elif not is_file and is_link(f"{folder}/{name}"):
            yield prefix + name


def invoice_names(root: str, account: str) -> tuple[str, ...]:
    """List the ids of an account's invoices by the names of their files, sorted."""
    names = top_files(f"{root}/{invoices_folder(account)}")
    return tuple(n.removesuffix(".yaml") for n in names if n.endswith(".yaml"))


def _add_folder(files: dict[str, bytes], root: str, folder: str) -> None:
    for name, is_file, is_folder in _entries(f"{root}/{folder}"):
        path = folder + name
        if name.endswith(".yaml") and not is_file and not is_folder:
            raise _link(f"{root}/{path}")
        files[path] = _content(f"{root}/{path}", name) if is_file else b""


def _entries(path: str) -> Iterator[tuple[str, bool, bool]]:
    """List name, whether it is a file, whether it is a folder; links are neither."""
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                is_file = entry.is_file(follow_symlinks=False)
                yield entry.name, is_file, entry.is_dir(follow_symlinks=False)


def _content(path: str, name: str) -> bytes:
    return read(path) if name.endswith(".yaml") else b""


def tree(root: str, folder: str, shown_as: str | None = None) -> dict[str, bytes]:
    """Read every file under a folder, by path from the root.

    ``shown_as`` is the path to give the folder itself, where it stands in for
    another. A folder that does not exist, or is a link, has no files; one that stands
    in for another may be a link. Raises OSError.
    """
    base = folder if shown_as is None else shown_as
    start = f"{root}/{folder}" if shown_as is None else folder
    if shown_as is None and is_link(start):
        return {}
    return {f"{base}/{inner}": read(f"{start}/{inner}") for inner in _under(start)}


def _sorted_entries(folder: str) -> list[tuple[str, bool, bool]]:
    try:
        return sorted(_entries(folder))
    except FileNotFoundError:
        return []


def _under(folder: str, prefix: str = "") -> Iterator[str]:
    for name, is_file, is_folder in _sorted_entries(folder):
        if is_file:
            yield prefix + name
        elif is_folder:
            yield from _under(f"{folder}/{name}", f"{prefix}{name}/")
