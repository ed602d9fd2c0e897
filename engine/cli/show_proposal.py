"""What ``goodterms show`` says of a proposal: its page, and what is not sent yet."""

from datetime import date

from engine.cli.output import say, tell_problems
from engine.decision.history import Entry, fold
from engine.decision.proposals import carried_out, deeds, step_of
from engine.decision.rules import rules
from engine.forge.decisions import choice, decision_path
from engine.forge.edits import edit_of
from engine.forge.names import members_on
from engine.forge.proposal import how_to_decide
from engine.model import Account
from engine.page import Edit, find_clause, policy_path
from engine.page.deeds import outcome
from engine.page.matter import Matter, matter
from engine.page.preview import Preview, overtaken, previews
from engine.page.reading import page_text
from engine.problem import has_errors
from engine.refusal import RefusalError
from engine.repo import known_refs, open_repo
from engine.running.sync import proposal_of
from engine.workspace import Workspace


def find_proposal(account: Account, id_: str, day: date) -> Entry | None:
    """Find a proposal of an account as of a day, whatever has become of it."""
    entries = fold(account.journal, day, account.records)
    asked = (each for each in entries if each.doc.kind == "propose")
    return next((each for each in asked if each.id == id_), None)


def show_proposal(
    workspace: Workspace, account: Account, entry: Entry, day: date, *, html: bool
) -> int:
    """Show a proposal: its page, and what would leave if it were approved on a day.

    RefusalError where it is decided and nothing of it is to come.
    """
    merged = _merged(workspace, account, entry)
    edit, named = Edit(choose=merged), tuple[str, ...]()
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
    workspace: Workspace, account: Account, entry: Entry, day: date, choose: str
) -> str:
    """Write a proposal's page, and the message of one choice of it."""
    about = _about(workspace, account, entry, day, Edit(choose=choose))
    page = _page(workspace, about, previews(about, workspace.templates)[:1])
    return "\n\n".join((*_overtaken(about), page))


def _about(
    workspace: Workspace, account: Account, entry: Entry, day: date, edit: Edit
) -> Matter:
    law = rules(workspace.book, workspace.settings, day)
    return matter(account, law, entry, day, edit)


def _page(
    workspace: Workspace,
    about: Matter,
    found: tuple[Preview, ...],
    *,
    decided: bool = False,
) -> str:
    doc = about.entry.doc
    file = workspace.root / policy_path(doc.policy) if doc.policy else None
    clause = None
    if file and doc.policy and file.is_file():
        data = file.read_bytes()
        clause = find_clause(data, policy_path(doc.policy), about.step_name)
    return page_text(about, found, clause, decided=decided)


def _on_branch(
    workspace: Workspace, account: Account, entry: Entry
) -> tuple[Edit, tuple[str, ...]]:
    """Say what people made of a proposal on its branch, and who approved, as git knows.

    Where there is no git, nobody has.
    """
    try:
        repo = open_repo(workspace.root)
        refs = known_refs(repo)
        if refs is None:
            return Edit(), ()
        proposal = proposal_of(workspace, account.id, entry)
        by = proposal.approval.by if proposal.approval else ""
        team = workspace.settings.teams.get(by, ())
        named = members_on(repo, refs, proposal, team)
        return edit_of(repo, refs, proposal), named
    except RefusalError:
        return Edit(), ()


def _merged(workspace: Workspace, account: Account, entry: Entry) -> str:
    """Return what was chosen by an approval that no run has seen yet, "" for none."""
    file = workspace.root / decision_path(account.id, entry.id)
    waits = entry.doc.state == "proposed" and file.is_file()
    return choice(file.read_bytes()) if waits else ""


def _refuse_settled(about: Matter) -> None:
    doc, entry = about.entry.doc, about.entry
    by = f" by {' and '.join(doc.by)}" if doc.by else ""
    if doc.state not in ("proposed", "approved"):
        told = doc.why if doc.why and doc.state in ("expired", "void") else ()
        why = f": {'; '.join(told)}" if told else ""
        raise RefusalError(
            f"{about.name} is {outcome(entry, doc.state or '')} since {entry.since}"
            f"{by}{why};"
            " it sends nothing"
        )
    if doc.state == "approved" and carried_out(about.here, entry):
        done = next((each for each in deeds(about.here, entry)), None)
        hint = f"see 'goodterms show {about.account.id}/{done.id}'" if done else ""
        raise RefusalError(f"{about.name} was approved{by} and carried out", hint)


def _head(about: Matter, merged: str, named: tuple[str, ...]) -> str:
    entry, settings = about.entry, about.here.rules.settings
    approved = entry.doc.state == "approved"
    lines = [
        f"PROPOSED on {entry.on}, not sent: {about.name}",
        f"What follows is what would be sent if it were approved today, {about.day}.",
    ]
    if approved or merged:
        by = f" by {' and '.join(entry.doc.by)}" if entry.doc.by else ""
        lines = [
            f"APPROVED{by}, not sent yet: {about.name}",
            f"What follows is what the next run sends, as of {about.day}.",
        ]
    step = step_of(about.here, entry)
    approval = step.approval if step else None
    if approval and not (approved or merged):
        members = settings.teams.get(approval.by, ())
        team = ", ".join(m for m in members if m not in named) or "nobody yet"
        until, more = entry.doc.expires or about.day, " more" if named else ""
        lines.append(
            f"Waits for {approval.count - len(named)}{more} of {approval.by} ({team}),"
            f" by {until}."
        )
        lines += [f"Approved so far by {' and '.join(named)}."] if named else []
    lines += how_to_decide(
        about.name,
        settings.forge,
        choose=bool(step and step.choose),
        approved=approved or bool(merged),
    )
    return "\n".join([*lines, *_overtaken(about)])


def _overtaken(about: Matter) -> list[str]:
    stopped = overtaken(about)
    return [f"Mind: {stopped}."] if stopped else []
