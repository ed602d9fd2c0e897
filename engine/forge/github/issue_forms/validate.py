"""Check an issue form, field by field, and make its record; GitHub checks nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from goodterms.forge.github.actor import another_words, is_another
from goodterms.forge.github.form_issues import FiledForm
from goodterms.forge.github.issue_forms import (
    FormAnswer,
    IssueForm,
    answered,
    edited_by_another,
    read_body,
    record_values,
    refused,
    taken_over,
)
from goodterms.load import load_record
from goodterms.load.schema_errors import missing_key
from goodterms.model.calendar import DayError, parse_date
from goodterms.model.problem import did_you_mean
from goodterms.model.settings import Settings
from goodterms.workspace.find_account import account_named
from goodterms.workspace.workspace import Workspace
from goodterms.workspace.write_record import DraftRecord, draft_record
from goodterms.yaml.canonical_writer import document

#: What is wrong, with the key of the record that it is about, "" for none.
Finding = tuple[str, str]

_KEY = re.compile(r"([a-z_]+):")

#: Amounts stand in quotes in a file; whoever fills in a form writes none.
_QUOTES = re.compile(r'"([0-9.]+)"')


@dataclass(frozen=True, slots=True)
class FormRecord:
    """What a form wants written: files by path, and what to know about it.

    ``day`` is when the form was filled in, where the creditor is.
    """

    kind: str
    account: str
    by: str
    day: date
    files: Mapping[str, str]
    notes: tuple[str, ...]


def judge(
    workspace: Workspace, form: IssueForm, filed: FiledForm, mark: str
) -> FormRecord | FormAnswer:
    """Make the record that a form asks for, or say all that is wrong with it.

    It begins with *mark*, the comment that names the issue, and is signed by whoever
    wrote it as it is now, who has to be one of ``people``.
    """
    by = signed_by(workspace, filed)
    if isinstance(by, FormAnswer):
        return by
    answers = read_body(form, filed.body)
    opened = local_day(workspace.settings, filed)
    on, findings = _day(form, answers, opened)
    account = account_of(workspace, answers.get("account", ""))
    findings += [*missing(form, answers), *strange(workspace, account)]
    values = {"kind": form.kind, "on": on, "by": by}
    values |= {**record_values(form, answers), "on": on}
    draft = _draft(workspace, account, values)
    findings += _said(draft, findings)
    if findings:
        return answered(form, findings)
    notes = tuple(problem.message for problem in draft.problems)
    files = {draft.path: f"{mark}\n{draft.text}"}
    return FormRecord(form.kind, account, by, opened, files, notes)


def _draft(
    workspace: Workspace, account: str, values: Mapping[str, object]
) -> DraftRecord:
    """Check a record, alone where nobody knows its account."""
    if account in workspace.account_ids():
        return draft_record(workspace, account, values)
    path, text = f"{values['on']}-{values['kind']}.yaml", document(values)
    return DraftRecord(path, text, load_record(text.encode(), path)[1])


def account_of(workspace: Workspace, answer: str) -> str:
    """Return the account that is called so: by its folder, or as the only one so named.

    What nobody is called stays as it is.
    """
    if not answer or answer in workspace.account_ids():
        return answer
    return account_named(workspace, answer) or answer


def signed_by(workspace: Workspace, filed: FiledForm) -> str | FormAnswer:
    """Return the person who signed a form, or the reason why none counts.

    That is whoever edited its text last, and who opened it where nobody has; a
    login that has changed hands since it was first seen is nobody's.
    """
    settings, signer = workspace.settings, filed.signer
    by = person_of(settings, signer.login)
    numbers = workspace.logins()
    if by is not None and is_another(signer, numbers):
        return taken_over(another_words(signer, numbers))
    if by is not None:
        return by
    if person_of(settings, filed.author.login) is None:
        return refused(signer.login)
    return edited_by_another(signer.login)


def is_ours(workspace: Workspace, filed: FiledForm) -> bool:
    """Whether one of us wrote a form, or had a hand in it."""
    numbers = workspace.logins()
    return any(
        person_of(workspace.settings, who.login) and not is_another(who, numbers)
        for who in (filed.author, filed.signer)
    )


def person_of(settings: Settings, login: str) -> str | None:
    """Find who of us has a login; its capitals do not count."""
    keys = {
        person.github.casefold(): key
        for key, person in settings.people.items()
        if person.github
    }
    return keys.get(login.casefold())


def local_day(settings: Settings, filed: FiledForm) -> date:
    """Return the day on which a form was filled in, where the creditor is."""
    return filed.opened.astimezone(ZoneInfo(settings.creditor.timezone)).date()


def _day(
    form: IssueForm, answers: Mapping[str, str], opened: date
) -> tuple[date, list[Finding]]:
    """Return the day of the record: the one given, else that of the form."""
    if "on" not in answers:
        return opened, []
    try:
        on = parse_date(answers["on"])
    except DayError as error:
        return opened, [("on", str(error))]
    if on > opened and form.kind != "pause":
        return on, [("on", f"'{on}' is still to come; this was written on {opened}")]
    return on, []


def missing(form: IssueForm, answers: Mapping[str, str]) -> list[Finding]:
    """Name what a form requires and nobody answered; always the account."""
    needed = [question.key for question in form.questions if question.required]
    keys = dict.fromkeys(["account", *needed])
    return [(key, "this is empty") for key in keys if key not in answers]


def strange(workspace: Workspace, account: str) -> list[Finding]:
    """Say whether nobody knows an account, and which was meant."""
    account_ids = workspace.account_ids()
    if not account or account in account_ids:
        return []
    simple = re.sub(r"[^a-z0-9]+", "-", account.casefold()).strip("-")
    hint = did_you_mean(simple, account_ids) or "it is the name of a folder in ledger/"
    return [("account", f"no account '{account}'; {hint}")]


def _said(draft: DraftRecord, before: list[Finding]) -> Iterator[Finding]:
    """Say what loading found, but for what was said before."""
    empty = {missing_key(key) for key, _ in before}
    for problem in draft.problems:
        if problem.severity == "error" and problem.what not in empty:
            message = _QUOTES.sub(r"\1", problem.message)
            yield _key_at(draft.text, problem.place.line), message


def _key_at(text: str, line: int) -> str:
    """Return the key of a record that a line belongs to."""
    above = text.split("\n")[:line]
    keys = [match[1] for row in above if (match := _KEY.match(row))]
    return keys[-1] if keys and line > 1 else ""
