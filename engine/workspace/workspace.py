"""A repository on disk: its settings, policies, templates and accounts."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from goodterms.conditions.expressions import compile_condition
from goodterms.load import (
    Problems,
    check_account,
    load_account,
    load_book,
    load_journal,
    load_profile,
    load_settings,
    load_source,
    names_in_account,
)
from goodterms.load.github_logins import load_logins
from goodterms.model.identity import normalised_number
from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account, Profile
from goodterms.model.paths import (
    LOGINS,
    SOURCES,
    account_folder,
    account_path,
    journal_path,
)
from goodterms.model.policy import PolicyBook
from goodterms.model.problem import Place, Problem, has_errors, in_order
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.render import Templates, load_templates
from goodterms.workspace import holidays
from goodterms.workspace.bundled_files import shipped_files
from goodterms.workspace.files import (
    SETTINGS,
    account_files,
    folder_names,
    invoice_names,
    is_empty,
    is_link,
    links,
    read,
    tree,
    without_links,
)

#: Without these nothing can be judged: where one is a link, nothing is read.
_NEEDED = (SETTINGS, "ledger", "policies", "templates")

_TEMPLATE = ".md.j2"


def find_root(start: Path) -> Path | None:
    """Return the nearest folder with a ``goodterms.yaml``, from *start* upwards."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every decision looks up, read once; accounts are read when asked for.

    ``held`` are accounts that are kept out, and why, whatever their files say;
    ``problems`` are those of settings, policies and templates, and of links.
    """

    root: Path
    settings: Settings
    book: PolicyBook
    templates: Templates
    held: Mapping[str, Problems] = field(default_factory=dict)
    problems: Problems = ()

    @classmethod
    def open(
        cls, root: Path, policies: Path | None = None
    ) -> tuple["Workspace | None", Problems]:
        """Read settings, policies and templates; None without usable settings.

        A broken policy or template is a problem of its own; only what needs it
        waits. *policies* is another folder to take the policies from. Without
        templates of its own a repository uses the shipped ones. Links are not
        followed, and each is a problem.
        """
        base = str(root)
        led = tuple(_link(path) for path in links(base))
        if any(problem.place.file in _NEEDED for problem in led):
            return None, led
        try:
            settings, wrong = load_settings(read(f"{base}/{SETTINGS}"), SETTINGS)
            own = tree(base, "templates")
            ladders = (
                tree(base, "policies")
                if policies is None
                else tree(base, str(policies), "policies")
            )
        except OSError as error:
            return None, (unreadable(error, root),)
        if settings is None:
            return None, (*led, *wrong)
        texts = own or dict(shipped_files("templates"))
        templates, unfit = load_templates(texts, settings)
        book, broken = load_book(
            ladders,
            settings,
            templates=templates.digests if own else {},
            compile_condition=compile_condition,
            holidays=holidays.holidays,
            regions=holidays.regions,
            known_templates=[_template_name(path) for path in texts],
        )
        problems = in_order([*led, *wrong, *unfit, *broken])
        return cls(root, settings, book, templates, problems=problems), problems

    def account_ids(self) -> tuple[str, ...]:
        """List the accounts, sorted: the folders of the ledger but for ``_…``."""
        names = folder_names(f"{self.root}/ledger")
        return tuple([name for name in names if not name.startswith("_")])

    def account(self, account_id: str) -> tuple[Account | None, Problems]:
        """Read an account and check it; None where any of its files has an error.

        Folders with nothing in them, as git leaves and does not keep, are no account.
        """
        try:
            files = account_files(str(self.root), account_id)
        except OSError as error:
            return None, (unreadable(error, self.root),)
        if not files and is_empty(f"{self.root}/{account_folder(account_id)}"):
            return None, ()
        account, problems = load_account(account_id, files, self.settings)
        if account_id in self.held:
            return None, in_order([*problems, *self.held[account_id]])
        if account is None:
            named = names_in_account(account_id, files, self.book, self.settings)
            return None, in_order([*problems, *named])
        mistakes = check_account(account, self.book, self.settings, files)
        if not mistakes:
            return account, problems
        every = in_order([*problems, *mistakes])
        return (None if has_errors(mistakes) else account), every

    def profile(self, account_id: str) -> Profile | None:
        """Read who an account is, whatever its other files say; None if unreadable."""
        path = account_path(account_id)
        try:
            data = read(f"{self.root}/{path}")
        except OSError:
            return None
        return load_profile(data, path, self.settings.creditor)[0]

    def profiles(self) -> Mapping[str, Profile]:
        """Read who every account is, by folder, but for those that cannot be read."""
        found = ((id_, self.profile(id_)) for id_ in self.account_ids())
        return {id_: profile for id_, profile in found if profile is not None}

    def journal(self, account_id: str) -> tuple[tuple[JournalDocument, ...], Problems]:
        """Read an account's journal alone, whatever is wrong with its other files."""
        path = journal_path(account_id)
        try:
            data = read(str(without_links(self.root, path)))
        except FileNotFoundError:
            return (), ()
        except OSError as error:
            return (), (unreadable(error, self.root),)
        zone = self.settings.creditor.timezone
        documents, problems = load_journal(data, path, zone)
        return documents or (), problems

    def neighbours(self, accounts: Container[str]) -> tuple[str, ...]:
        """List other accounts that have an invoice of the same number as these.

        Only the names of files are looked at; number and name of a customer are not.
        """
        numbers = {
            id_: {
                normalised_number(name) for name in invoice_names(str(self.root), id_)
            }
            for id_ in self.account_ids()
        }
        wanted = set().union(*(n for id_, n in numbers.items() if id_ in accounts))
        return tuple(
            id_ for id_, n in numbers.items() if id_ not in accounts and wanted & n
        )

    def sources(self) -> Mapping[str, date]:
        """Return how far each kind of data has been imported, by all its sources.

        Of several sources of a kind the one that is furthest behind counts; a
        broken one is left out.
        """
        return self._sources()[0]

    def logins(self) -> Mapping[str, int]:
        """Return the number of each login of GitHub when it was first seen.

        Raises RefusalError where the file cannot be read: then nobody is known.
        """
        found, problems = self._logins()
        if found is None:
            why = problems[0].message if problems else LOGINS
            raise RefusalError(why, "mend it: goodterms check", code=1)
        return found

    def login_problems(self) -> Problems:
        """Say what is wrong with the file of logins."""
        return self._logins()[1]

    def _logins(self) -> tuple[Mapping[str, int] | None, Problems]:
        if is_link(f"{self.root}/{LOGINS}"):
            return None, (_link(LOGINS),)
        try:
            data = read(f"{self.root}/{LOGINS}")
        except FileNotFoundError:
            return {}, ()
        return load_logins(data, LOGINS)

    def source_problems(self, today: date) -> Problems:
        """Say what is wrong with the files of ``ledger/_sources/`` on a day."""
        return self._sources(today)[1]

    def _sources(self, today: date = date.max) -> tuple[dict[str, date], Problems]:
        read_until: dict[str, date] = {}
        found: list[Problem] = []
        for path, data in tree(str(self.root), SOURCES).items():
            if not path.endswith(".yaml"):
                continue
            source, problems = load_source(data, path)
            found += problems
            if source is not None:
                known = read_until.get(source.kind, source.until)
                read_until[source.kind] = min(known, source.until)
                found += _ahead(path, source.until, today)
        return read_until, in_order(found)


def _ahead(path: str, until: date, today: date) -> Problems:
    if until <= today:
        return ()
    what = f"'until: {until}' is after today, {today}: it does not count as fresh"
    hint = "write the day up to which everything has been read"
    return (Problem(Place(path), what, hint, "warning", "doubtful-source"),)


def _template_name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(_TEMPLATE)


def _link(path: str) -> Problem:
    what = "it is a link, and links are not followed"
    return Problem(
        Place(path), what, "put the file or folder itself there", rule="link"
    )


def unreadable(error: OSError, root: Path) -> Problem:
    """Say that a file of a repository is missing, or cannot be read."""
    path = str(error.filename or root)
    file = path.removeprefix(f"{root}/")
    if isinstance(error, FileNotFoundError):
        hint = "start one with goodterms init" if file == SETTINGS else ""
        return Problem(Place(file), "file is missing", hint, rule="missing")
    return Problem(Place(file), f"cannot be read: {error.strerror}", rule="unreadable")
