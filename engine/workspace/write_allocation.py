"""Write down which invoices a payment or credit note is for: lines in their files."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goodterms.decision import (
    Allocation,
    AllocationError,
    Wish,
    account_state,
    allocate,
    day_of,
    effective_policies,
)
from goodterms.load import Problems, check_account, load_account
from goodterms.load.invoice_additions import grown
from goodterms.model.money import Money
from goodterms.model.paths import invoice_path
from goodterms.model.problem import has_errors
from goodterms.model.records import KIND_OF
from goodterms.workspace.files import account_files
from goodterms.workspace.workspace import Workspace

__all__ = [
    "AllocationError",
    "DraftAllocation",
    "Wish",
    "draft_allocation",
    "write_files",
]


@dataclass(frozen=True, slots=True)
class DraftAllocation:
    """An allocation that is not written yet: its files whole, and what is wrong."""

    allocation: Allocation
    files: Mapping[str, str]
    problems: Problems

    @property
    def lines(self) -> tuple[str, ...]:
        """Say what goes where, and what is left of the record."""
        record, left = self.allocation.record, self.allocation.left
        currency = left.currency
        shares = self.allocation.shares
        width = max(len(str(share.amount)) for share in shares)
        return (
            f"{KIND_OF[type(record)]} '{record.id}' of {record.amount} {currency}:",
            *(
                f"  {share.amount!s:>{width}} on {share.invoice.id}, "
                f"{_said(share.open - share.amount)}"
                for share in shares
            ),
            f"{left} {currency} of it is left"
            if left.amount
            else "nothing of it is left",
        )


def _said(left: Money) -> str:
    if left.amount < 0:
        return f"{-left} of it is a balance in their favour"
    return f"{left} stays open on it" if left.amount else "nothing stays open on it"


def draft_allocation(
    workspace: Workspace,
    account: str,
    record: str,
    wishes: Sequence[Wish],
    as_of: date,
    *,
    over: bool = False,
    note: str = "",
) -> DraftAllocation:
    """Put a record on invoices, and check the account as it is then.

    Nothing is written. *note* is a comment behind each new line. Raises
    AllocationError where it cannot be done so. The problems are those of the
    account: with an error among them it must not be written.
    """
    files = account_files(str(workspace.root), account)
    loaded, problems = load_account(account, files, workspace.settings)
    if loaded is None:
        hint = f"see 'goodterms check ledger/{account}'"
        raise AllocationError(f"'{account}' has errors", hint, "account")
    day = day_of(loaded, record, as_of)
    here = account_state(
        loaded, effective_policies(workspace.book, workspace.settings, day)
    )
    made = allocate(here, record, wishes, over=over)
    new: dict[str, str] = {}
    for share in made.shares:
        path = invoice_path(account, share.invoice.id)
        text, unfit = grown(
            files[path], path, made.payments(share), made.credits(share), note
        )
        problems = (*problems, *unfit)
        if text is not None:
            new[path] = text
    after = files | {path: text.encode() for path, text in new.items()}
    changed, _ = load_account(account, after, workspace.settings)
    if changed is not None:
        checked = check_account(changed, workspace.book, workspace.settings, after)
        problems = (*problems, *checked)
    return DraftAllocation(made, new, problems)


def write_files(workspace: Workspace, drafted: DraftAllocation) -> None:
    """Write the files of an allocation, each whole or not at all. Raises OSError.

    Refuses a draft with errors: ValueError.
    """
    if has_errors(drafted.problems):
        raise ValueError
    for path, text in drafted.files.items():
        file = workspace.root / path
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            draft.write_bytes(text.encode())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
