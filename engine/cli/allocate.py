"""``goodterms allocate``: say which invoices a payment or credit note is for."""

import click

from goodterms.cli.environment import (
    account_id,
    find_root,
    open_workspace,
    read_clock,
    today,
)
from goodterms.cli.output import say, tell, tell_problems
from goodterms.decision import AllocationError, Wish
from goodterms.model.problem import has_errors
from goodterms.model.refusal import RefusalError
from goodterms.workspace.write_allocation import draft_allocation, write_files


def _wishes(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> list[Wish]:
    """Read ``INV-1=600.00``, or ``INV-1`` alone: as much as fits."""
    pairs = [each.partition("=") for each in given]
    if not all(name and (amount or not equals) for name, equals, amount in pairs):
        raise click.BadParameter("write it like INV-1=600.00, or INV-1 alone")
    return [(name, amount or None) for name, _, amount in pairs]


@click.command(short_help="Say which invoices a payment or credit note is for.")
@click.argument("account")
@click.argument("record")
@click.argument("wishes", metavar="[INVOICE=AMOUNT]...", nargs=-1, callback=_wishes)
@click.option("--oldest", is_flag=True, help="Fill the invoices, the oldest due first.")
@click.option("--over", is_flag=True, help="Also more than is open on an invoice.")
@click.option("--dry-run", is_flag=True, help="Show it, and write nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    account: str,
    record: str,
    wishes: list[Wish],
    *,
    oldest: bool,
    over: bool,
    dry_run: bool,
) -> int:
    """Put a payment or credit-note RECORD on invoices of ACCOUNT.

    Each invoice's file gains a line of the record's own day with
    'from: RECORD'; nothing else in it changes. INVOICE without an amount takes
    as much as is open on it, or left of the record. With --oldest, invoices
    that the record names come first, disputed ones last. To undo it, remove
    the lines.
    """
    if oldest == bool(wishes):
        raise RefusalError(
            "nobody knows which invoices", "name them with amounts, or say --oldest"
        )
    root = find_root(ctx)
    workspace, _ = open_workspace(root)
    account = account_id(workspace, account)
    day = today(workspace.settings, read_clock())
    try:
        drafted = draft_allocation(workspace, account, record, wishes, day, over=over)
    except AllocationError as error:
        raise RefusalError(error.what, error.hint) from None
    code = tell_problems(drafted.problems, root)
    if has_errors(drafted.problems):
        return code
    for line in drafted.lines:
        say(line)
    if dry_run:
        return 0
    write_files(workspace, drafted)
    for path in drafted.files:
        say(path)
    tell("commit it, and the next run knows; undo it by removing those lines")
    return code
