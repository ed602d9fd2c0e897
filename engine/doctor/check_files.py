"""Look at every file of a repository, or only at some of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from goodterms.decision import ledger_duplicates
from goodterms.importers.diff import open_amount
from goodterms.load import Problems
from goodterms.load.bank_accounts import check_bank
from goodterms.load.policy_book import rate_problems
from goodterms.model.ledger import Account
from goodterms.model.paths import SOURCES, account_folder
from goodterms.model.problem import Place, Problem, did_you_mean, in_order
from goodterms.model.settings import Creditor
from goodterms.provenance.message_digests import other_texts
from goodterms.provenance.problems import altered
from goodterms.provenance.workspace_history import look
from goodterms.render.template_checks import check_templates
from goodterms.workspace.files import SETTINGS, is_link, top_files
from goodterms.workspace.workspace import Workspace

#: Files that explain a folder to people.
_EXPLAINING = "README.md"


def check_repository(
    root: Path,
    paths: Sequence[str] = (),
    *,
    now: datetime,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> Problems:
    """Return every problem of every file, sorted; or only of what lies under *paths*.

    Paths are relative to the root; *now*, in UTC, is when sources are looked at;
    ``progress`` wraps the accounts.
    Where the settings cannot be used, nothing else can be judged.
    """
    workspace, problems = Workspace.open(root)
    if workspace is None:
        return in_order(problems)
    today = _today(workspace, now)
    findings = [
        *problems,
        *check_bank(workspace.settings.creditor, SETTINGS),
        *_region(workspace),
        *rate_problems(workspace.book, workspace.settings.creditor.country, today),
        *check_templates(workspace.templates, workspace.settings),
        *workspace.source_problems(today),
        *workspace.login_problems(),
        *_stray(root),
    ]
    verified = look(root)
    if verified:
        findings += altered(verified)
    read = []
    wanted = _wanted(workspace.account_ids(), paths)
    for key in progress([*wanted, *(workspace.neighbours(wanted) if paths else ())]):
        account, problems = workspace.account(key)
        findings += problems
        read += [account] if account else []
    named = {problem.place.file for problem in findings}
    for account in read:
        texts = other_texts(root, account.id, account.journal)
        findings += [text for text in texts if text.place.file not in named]
    findings += ledger_duplicates(read)
    findings += _unpayable(workspace.settings.creditor, read)
    return in_order(
        problem for problem in findings if _under(problem.place.file, paths)
    )


def _today(workspace: Workspace, now: datetime) -> date:
    """Return the date in the creditor's time zone."""
    return now.astimezone(ZoneInfo(workspace.settings.creditor.timezone)).date()


def _region(workspace: Workspace) -> Problems:
    """Say whether the creditor's region is one of its country."""
    creditor = workspace.settings.creditor
    regions = workspace.book.regions(creditor.country) if creditor.region else None
    if regions is None or creditor.region in regions:
        return ()
    message = f"unknown region of {creditor.country} '{creditor.region}'"
    hint = did_you_mean(creditor.region or "", regions)
    return (Problem(Place(SETTINGS), message, hint, rule="unknown-region"),)


def _unpayable(creditor: Creditor, accounts: Iterable[Account]) -> Problems:
    """Warn of currencies in which customers owe us, and no account of ours takes."""
    owed: dict[str, set[str]] = {}
    for account in accounts if creditor.bank else ():
        for invoice in account.invoices:
            if open_amount(invoice).amount > 0:
                owed.setdefault(invoice.currency, set()).add(account.id)
    warnings = []
    for currency, ids in sorted(owed.items()):
        if any(bank_account.takes(currency) for bank_account in creditor.bank):
            continue
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        message = f"no account in 'bank' takes {currency}, owed by {min(ids)}{more}"
        hint = (
            f"add {{currency: {currency}, iban: …}} to the list; until then messages"
            " name the account on the invoice"
        )
        place = Place(SETTINGS)
        warnings.append(Problem(place, message, hint, "warning", "unpayable-currency"))
    return tuple(warnings)


def _under(file: str, paths: Sequence[str]) -> bool:
    return not paths or any(
        path in {"", "."} or file == path or file.startswith(f"{path}/")
        for path in paths
    )


def _wanted(accounts: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Leave out the accounts that no path is about."""
    folders = ((account, account_folder(account)) for account in accounts)
    return [
        account
        for account, folder in folders
        if _under(folder, paths) or any(_under(path, [folder]) for path in paths)
    ]


def _stray(root: Path) -> Problems:
    """Warn about files that no account has; what starts with ``_`` is not one."""
    problems = []
    for folder, ending, hint in (
        ("ledger", (), "an account is a folder of ledger/"),
        (SOURCES, (".yaml",), "a source is ledger/_sources/<name>.yaml"),
    ):
        for name in top_files(f"{root}/{folder}"):
            is_read = name.endswith(ending) or _is_let_alone(name)
            if not is_read and not is_link(f"{root}/{folder}/{name}"):
                place = Place(f"{folder}/{name}")
                message = "nobody reads this file"
                problems.append(Problem(place, message, hint, "warning", "stray-file"))
    return tuple(problems)


def _is_let_alone(name: str) -> bool:
    return name.startswith("_") or name == _EXPLAINING
