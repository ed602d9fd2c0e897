"""What ``goodterms show`` says of a proposal: its page, and what is not sent yet."""

from datetime import date
from pathlib import Path

import click

from goodterms.cli.environment import (
    find_root,
    open_workspace,
    read_account,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, tell, tell_problems
from goodterms.decision import (
    KEPT_OUT,
    NO_RATE,
    JournalEntry,
    effective_policies,
    execution_entries,
    fold,
    is_carried_out,
    step_of,
)
from goodterms.forge.decision_file import choice
from goodterms.forge.local.names import members_on
from goodterms.forge.proposal_edits import edit_of
from goodterms.forge.protocol import how_to_decide
from goodterms.git import known_refs, open_repo
from goodterms.load import load_journal
from goodterms.model.journal import digest_of
from goodterms.model.ledger import Account
from goodterms.model.paths import decision_path, journal_path, message_path
from goodterms.model.problem import Problem, did_you_mean, has_errors
from goodterms.model.refusal import RefusalError
from goodterms.provenance.commit_rules import account_of
from goodterms.provenance.message_digests import digests, other_text
from goodterms.provenance.problems import problem
from goodterms.provenance.workspace_history import look, with_past
from goodterms.render import record_text, render
from goodterms.run.sync import proposal_of
from goodterms.views import ProposalEdit, find_policy_excerpt, policy_path
from goodterms.views.markdown_to_text import unfenced
from goodterms.views.proposal_page.context import ProposalContext, proposal_context
from goodterms.views.proposal_page.effects import outcome
from goodterms.views.proposal_terminal import (
    ChoicePreview,
    overtaken,
    page_text,
    previews,
)
from goodterms.workspace.files import read
from goodterms.workspace.plan_all import plan_one
from goodterms.workspace.workspace import Workspace


@click.command(name="show", short_help="A message as it will be, or was, sent.")
@click.argument("id_", metavar="ID")
@click.option("--as-of", callback=read_date, metavar="DATE", help="Plan another day.")
@click.option("--html", is_flag=True, help="The HTML part of one not sent yet.")
@click.pass_context
def command(ctx: click.Context, *, id_: str, as_of: date | None, html: bool) -> int:
    """Show message ID, such as acme-gmbh/2026-10-08-friendly-reminder.

    One that was sent is shown from the ledger, unless its text was changed since;
    one that is due is rendered as today's run would, and one that is proposed as
    it would be if it were approved.
    """
    root = find_root(ctx)
    account, _, entry = id_.partition("/")
    if not entry:
        raise RefusalError(f"'{id_}' is not an id", "write it as ACCOUNT/DATE-STEP")
    path = message_path(account, entry)
    if (root / path).is_file() and not html:
        return _show_sent(root, path, entry)
    workspace = with_past(open_workspace(root)[0])
    day = as_of or today(workspace.settings, read_clock())
    return _show_due(workspace, root, id_, day, html=html)


def _show_sent(root: Path, path: str, entry: str) -> int:
    """Show the kept text of a message; one that was changed since is only named."""
    text = read(f"{root}/{path}")
    known = _digest(root, account_of(path), entry)
    found = _altered(root, path)
    if not found and known and known != digest_of(text):
        found = (other_text(path),)
    if found:
        return tell_problems(found, root)
    say(unfenced(text.decode(errors="replace")))
    return 0


def _digest(root: Path, account: str, entry: str) -> str | None:
    file = root / journal_path(account)
    journal = file.read_bytes() if file.is_file() else b""
    documents, _ = load_journal(journal, str(file), "UTC")
    return digests(documents or ()).get(entry)


def _altered(root: Path, path: str) -> tuple[Problem, ...]:
    verified = look(root)
    kept = (path, journal_path(account_of(path)))
    departures = verified.departures if verified else ()
    return tuple(problem(each) for each in departures if each.path in kept)


def _show_due(
    workspace: Workspace, root: Path, id_: str, day: date, *, html: bool
) -> int:
    _, found, problems = read_account(workspace, id_.partition("/")[0])
    if found is None:
        return tell_problems(problems, root)
    asked = find_proposal(found, id_.partition("/")[2], day)
    if asked:
        return show_proposal(workspace, found, asked, day, html=html)
    plan = plan_one(
        workspace, found, effective_policies(workspace.book, workspace.settings, day)
    )
    if any(problem.rule in KEPT_OUT for problem in plan.problems):
        return tell_problems((*problems, *plan.problems), root)
    due = {a.id: a for a in plan.actions if a.template}
    if id_ not in due and any(problem.rule == NO_RATE for problem in plan.problems):
        return tell_problems((*problems, *plan.problems), root)
    if id_ not in due:
        hint = did_you_mean(id_, due) or "see what is due with 'goodterms plan'"
        raise RefusalError(f"no message '{id_}' was sent or is due on {day}", hint)
    rendered, failed = render(
        workspace.templates, due[id_], found, workspace.settings, day, workspace.book
    )
    if rendered:
        say(rendered.html if html else unfenced(record_text(rendered, due[id_])))
        tell(f"not sent yet: due on {day}")
    return tell_problems((*problems, *failed), root)


def find_proposal(account: Account, id_: str, day: date) -> JournalEntry | None:
    """Find a proposal of an account as of a day, whatever has become of it."""
    entries = fold(account.journal, day, account.records)
    asked = (each for each in entries if each.doc.kind == "propose")
    return next((each for each in asked if each.id == id_), None)


def show_proposal(
    workspace: Workspace,
    account: Account,
    entry: JournalEntry,
    day: date,
    *,
    html: bool,
) -> int:
    """Show a proposal: its page, and what would leave if it were approved on a day.

    RefusalError where it is decided and nothing of it is to come.
    """
    merged = _merged(workspace, account, entry)
    edit, named = ProposalEdit(choose=merged), tuple[str, ...]()
    if not merged and entry.doc.state == "proposed":
        edit, named = _on_branch(workspace, account, entry)
    about = _about(workspace, account, entry, day, edit)
    _refuse_settled(about)
    found = previews(about, workspace.templates)
    if merged:
        found = found[:1]
    if html:
        say(found[0].html or f"{about.name} sends no message")
    else:
        decided = bool(merged) or entry.doc.state == "approved"
        page = _page(workspace, about, found, decided=decided)
        say(f"{_head(about, merged, named)}\n\n{page}")
    problems = [problem for each in found for problem in each.problems]
    tell_problems(problems, workspace.root)
    return 1 if has_errors(problems) else 0


def proposal_text(
    workspace: Workspace, account: Account, entry: JournalEntry, day: date, choose: str
) -> str:
    """Write a proposal's page, and the message of one choice of it."""
    about = _about(workspace, account, entry, day, ProposalEdit(choose=choose))
    page = _page(workspace, about, previews(about, workspace.templates)[:1])
    return "\n\n".join((*_overtaken(about), page))


def _about(
    workspace: Workspace,
    account: Account,
    entry: JournalEntry,
    day: date,
    edit: ProposalEdit,
) -> ProposalContext:
    law = effective_policies(workspace.book, workspace.settings, day)
    return proposal_context(account, law, entry, day, edit)


def _page(
    workspace: Workspace,
    context: ProposalContext,
    found: tuple[ChoicePreview, ...],
    *,
    decided: bool = False,
) -> str:
    doc = context.entry.doc
    file = workspace.root / policy_path(doc.policy) if doc.policy else None
    approval_clause = None
    if file and doc.policy and file.is_file():
        data = file.read_bytes()
        approval_clause = find_policy_excerpt(
            data, policy_path(doc.policy), context.step_name
        )
    return page_text(context, found, approval_clause, decided=decided)


def _on_branch(
    workspace: Workspace, account: Account, entry: JournalEntry
) -> tuple[ProposalEdit, tuple[str, ...]]:
    """Say what people made of a proposal on its branch, and who approved, as git knows.

    Where there is no git, nobody has.
    """
    try:
        repo = open_repo(workspace.root)
        refs = known_refs(repo)
        if refs is None:
            return ProposalEdit(), ()
        proposal = proposal_of(workspace, account.id, entry)
        by = proposal.approval.by if proposal.approval else ""
        team = workspace.settings.teams.get(by, ())
        named = members_on(repo, refs, proposal, team)
        return edit_of(repo, refs, proposal), named
    except RefusalError:
        return ProposalEdit(), ()


def _merged(workspace: Workspace, account: Account, entry: JournalEntry) -> str:
    """Return what was chosen by an approval that no run has seen yet, "" for none."""
    file = workspace.root / decision_path(account.id, entry.id)
    waits = entry.doc.state == "proposed" and file.is_file()
    return choice(file.read_bytes()) if waits else ""


def _refuse_settled(context: ProposalContext) -> None:
    doc, entry = context.entry.doc, context.entry
    by = f" by {' and '.join(doc.by)}" if doc.by else ""
    if doc.state not in ("proposed", "approved"):
        told = doc.why if doc.why and doc.state in ("expired", "void") else ()
        why = f": {'; '.join(told)}" if told else ""
        raise RefusalError(
            f"{context.name} is {outcome(entry, doc.state or '')} since {entry.since}"
            f"{by}{why};"
            " it sends nothing"
        )
    if doc.state == "approved" and is_carried_out(context.state, entry):
        done = next((each for each in execution_entries(context.state, entry)), None)
        hint = f"see 'goodterms show {context.account.id}/{done.id}'" if done else ""
        raise RefusalError(f"{context.name} was approved{by} and carried out", hint)


def _head(context: ProposalContext, merged: str, named: tuple[str, ...]) -> str:
    entry, settings = context.entry, context.state.rules.settings
    approved = entry.doc.state == "approved"
    lines = [
        f"PROPOSED on {entry.on}, not sent: {context.name}",
        f"What follows is what would be sent if it were approved today, {context.day}.",
    ]
    if approved or merged:
        by = f" by {' and '.join(entry.doc.by)}" if entry.doc.by else ""
        lines = [
            f"APPROVED{by}, not sent yet: {context.name}",
            f"What follows is what the next run sends, as of {context.day}.",
        ]
    step = step_of(context.state, entry)
    approval = step.approval if step else None
    if approval and not (approved or merged):
        members = settings.teams.get(approval.by, ())
        team = ", ".join(m for m in members if m not in named) or "nobody yet"
        until, more = entry.doc.expires or context.day, " more" if named else ""
        lines.append(
            f"Waits for {approval.count - len(named)}{more} of {approval.by} ({team}),"
            f" by {until}."
        )
        lines += [f"Approved so far by {' and '.join(named)}."] if named else []
    lines += how_to_decide(
        context.name,
        settings.forge,
        choose=bool(step and step.choose),
        approved=approved or bool(merged),
    )
    return "\n".join([*lines, *_overtaken(context)])


def _overtaken(context: ProposalContext) -> list[str]:
    stopped = overtaken(context)
    return [f"Mind: {stopped}."] if stopped else []
