"""An account: everything that its folder of the ledger holds."""

from collections.abc import Mapping
from string import ascii_letters, digits
from typing import TypeVar

from goodterms.load.import_state import load_imported
from goodterms.load.invoice import load_invoice
from goodterms.load.journal import load_decision, load_journal
from goodterms.load.load_file import Problems, stem
from goodterms.load.profile import load_profile
from goodterms.load.record import load_record
from goodterms.load.value_readers import Reader, invoice_id, name
from goodterms.model.journal import Decision, JournalDocument
from goodterms.model.ledger import Account, Difference, Invoice, Profile
from goodterms.model.paths import account_folder
from goodterms.model.problem import Place, Problem, has_errors, in_order
from goodterms.model.records import Record
from goodterms.model.settings import Settings

T = TypeVar("T")

#: What ids are made of.
_LETTERS = frozenset(f"{ascii_letters}{digits}._-")

#: A file that explains a folder to people.
_EXPLAINING = "README.md"


def load_account(
    account_id: str, files: Mapping[str, bytes], settings: Settings
) -> tuple[Account | None, Problems]:
    """Put a folder together: ``files`` by path from the root.

    An error in any of its files keeps the whole account out (None); all
    problems of all its files are returned.
    """
    folder = _AccountFolder(f"{account_folder(account_id)}/", settings)
    folder.problems += _misnamed(folder.root, account_id, name, "a-z")
    for path in sorted(files):
        if path.startswith(f"{folder.root}messages/"):
            continue
        folder.read(path, files[path])
    if folder.profile is None and not folder.names_profile:
        folder.problems.append(_no_profile(folder.root))
    if folder.profile is None or has_errors(folder.problems):
        return None, in_order(folder.problems)
    account = Account(
        account_id,
        folder.profile,
        tuple(folder.invoices),
        tuple(folder.records),
        folder.journal,
        folder.decisions,
        folder.differences,
    )
    return account, in_order(folder.problems)


def _no_profile(root: str) -> Problem:
    hint = "write who they are: a name and one contact"
    return Problem(
        Place(f"{root}account.yaml"), "file is missing", hint, rule="missing"
    )


class _AccountFolder:
    """What has been read of one account's folder so far."""

    def __init__(self, root: str, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.names_profile = False
        self.profile: Profile | None = None
        self.invoices: list[Invoice] = []
        self.records: list[Record] = []
        self.journal: tuple[JournalDocument, ...] = ()
        self.decisions: dict[str, Decision] = {}
        self.differences: tuple[Difference, ...] = ()
        self.problems: list[Problem] = []

    def read(self, path: str, data: bytes) -> None:
        """Read one file; a file that nobody knows is a warning."""
        inner = path.removeprefix(self.root)
        folder, _, file = inner.rpartition("/")
        if inner == "account.yaml":
            self.names_profile = True
            creditor = self.settings.creditor
            self.profile = self._kept(load_profile(data, path, creditor))
        elif inner == "import.yaml":
            imported = self._kept(load_imported(data, path))
            self.differences = imported.differences if imported else ()
        elif inner == "journal.yaml":
            timezone = self.settings.creditor.timezone
            self.journal = self._kept(load_journal(data, path, timezone)) or ()
        elif file.endswith(".yaml") and folder in {"invoices", "records", "decisions"}:
            self._read_one(folder, path, data)
        elif file != _EXPLAINING:
            self.problems.append(_stray(path))

    def _read_one(self, folder: str, path: str, data: bytes) -> None:
        self.problems.extend(_name_problems(folder, path))
        if folder == "invoices":
            self._add(self.invoices, load_invoice(data, path))
        elif folder == "records":
            self._add(self.records, load_record(data, path))
        else:
            decision = self._kept(load_decision(data, path))
            if decision is not None:
                self.decisions[decision.id] = decision

    def _add(self, kept: list[T], read: tuple[T | None, Problems]) -> None:
        value = self._kept(read)
        if value is not None:
            kept.append(value)

    def _kept(self, read: tuple[T | None, Problems]) -> T | None:
        value, problems = read
        self.problems.extend(problems)
        return value


def _name_problems(folder: str, path: str) -> Problems:
    """Refuse a file whose name, its id, could not be written elsewhere."""
    if folder == "invoices":
        return _misnamed(path, stem(path), invoice_id, "A-Z, a-z")
    return _misnamed(path, stem(path), name, "a-z")


def _misnamed(path: str, key: str, fits: Reader[str], letters: str) -> Problems:
    try:
        fits(key)
    except ValueError:
        fault = f"'{key}' is not an id"
        hint = f"name it with {letters}, 0-9, '.', '_' and '-' only"
        if set(key) <= _LETTERS:
            fault = f"'{key}' is an id that git or Windows cannot keep"
            hint = "no two dots together, none last, no '.lock', no 'con' or 'nul'"
        return (Problem(Place(path), fault, hint, rule="file-name"),)
    return ()


def _stray(path: str) -> Problem:
    fault = "nobody reads this file"
    hint = "an account has account.yaml, journal.yaml, invoices, records, decisions"
    if path.endswith(".yml"):
        hint = f"call it {stem(path)}.yaml"
    return Problem(Place(path), fault, hint, "warning", "stray-file")
