"""The form that allocates a payment to invoices, as lines in their files."""

import re
from datetime import date

from goodterms.decision import AllocationError, Wish, unapplied_records
from goodterms.forge.github.form_issues import FiledForm
from goodterms.forge.github.issue_forms import (
    FormAnswer,
    IssueForm,
    answered,
    read_body,
)
from goodterms.forge.github.issue_forms.validate import (
    Finding,
    FormRecord,
    account_of,
    local_day,
    missing,
    signed_by,
    strange,
)
from goodterms.workspace.workspace import Workspace
from goodterms.workspace.write_allocation import draft_allocation

#: Between two invoices; an amount is written without separators.
_BETWEEN = re.compile(r"[,;\s]+")


def match(
    workspace: Workspace, form: IssueForm, filed: FiledForm, mark: str
) -> FormRecord | FormAnswer:
    """Make the lines that a form asks for, or say what is wrong with it.

    Each line ends with *mark*, the comment that names the issue.
    """
    by = signed_by(workspace, filed)
    if isinstance(by, FormAnswer):
        return by
    answers = read_body(form, filed.body)
    account = account_of(workspace, answers.get("account", ""))
    findings = [*missing(form, answers), *strange(workspace, account)]
    wishes, unread = _wishes(answers.get("invoices", ""))
    findings += unread
    record = answers.get("record", "")
    if not findings and not record:
        record, findings = _only(workspace, account)
    if findings:
        return answered(form, findings)
    day, over = local_day(workspace.settings, filed), answers.get("over") == "yes"
    try:
        drafted = draft_allocation(
            workspace, account, record, wishes, day, over=over, note=mark
        )
    except AllocationError as error:
        return answered(form, [(error.about, str(error))])
    wrong = [p.message for p in drafted.problems if p.severity == "error"]
    if wrong:
        return answered(form, [("", flaw) for flaw in wrong])
    notes = (*drafted.lines, *(problem.message for problem in drafted.problems))
    return FormRecord(form.kind, account, by, day, dict(drafted.files), notes)


def _wishes(answer: str) -> tuple[list[Wish], list[Finding]]:
    """Read ``INV-1=600.00``, or ``INV-1`` alone, with anything between them."""
    joined = re.sub(r"[ \t]*=[ \t]*", "=", answer)
    pairs = [part.partition("=") for part in _BETWEEN.split(joined) if part]
    unread = "'{}' is not read; write it like INV-1=600.00"
    wrong = [
        ("invoices", unread.format(f"{name}{equals}{amount}"))
        for name, equals, amount in pairs
        if not name or (equals and not amount)
    ]
    return [(name, amount or None) for name, _, amount in pairs], wrong


def _only(workspace: Workspace, account: str) -> tuple[str, list[Finding]]:
    """Return the one record of which something is left."""
    loaded, _ = workspace.account(account)
    if loaded is None:
        return "", [("account", f"'{account}' has errors; mend them first")]
    everything = unapplied_records(loaded.invoices, loaded.records, date.max)
    ids = [record.id for record in everything if record.left.amount > 0]
    if len(ids) == 1:
        return ids[0], []
    advice = f"say which: {', '.join(ids)}" if ids else "record a payment first"
    return "", [("record", f"nobody knows which it is; {advice}")]
