"""What ``goodterms show`` says of a proposal: the message that is not sent yet."""

from collections.abc import Iterator
from datetime import date

from engine.cli.output import say, tell_problems
from engine.decision.history import Entry, fold
from engine.decision.proposals import carried_out, deeds, step_of
from engine.decision.rules import rules
from engine.forge.decisions import choice, decision_path
from engine.forge.proposal import how_to_decide
from engine.model import Account
from engine.page import Edit
from engine.page.matter import Matter, matter
from engine.page.preview import Preview, overtaken, previews
from engine.problem import has_errors
from engine.refusal import RefusalError
from engine.workspace import Workspace


def find_proposal(account: Account, id_: str, day: date) -> Entry | None:
    """Find a proposal of an account as of a day, whatever has become of it."""
    entries = fold(account.journal, day, account.records)
    asked = (each for each in entries if each.doc.kind == "propose")
    return next((each for each in asked if each.id == id_), None)


def show_proposal(
    workspace: Workspace, account: Account, entry: Entry, day: date, *, html: bool
) -> int:
    """Show what a proposal would send if it were approved on a day, choice by choice.

    RefusalError where it is decided and nothing of it is to come.
    """
    law = rules(workspace.book, workspace.settings, day)
    merged = _merged(workspace, account, entry)
    about = matter(account, law, entry, day, Edit(choose=merged) if merged else None)
    _refuse_settled(about)
    found = previews(about, workspace.templates)
    if merged:
        found = found[:1]
    if html:
        say(found[0].html or f"{about.name} sends no message")
    else:
        say("\n\n".join((_head(about, merged), *_shown(found))))
    problems = [problem for each in found for problem in each.problems]
    tell_problems(problems, workspace.root)
    return 1 if has_errors(problems) else 0


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
            f"{about.name} is {doc.state} since {entry.since}{by}{why};"
            " it sends nothing"
        )
    if doc.state == "approved" and carried_out(about.here, entry):
        done = next((each for each in deeds(about.here, entry)), None)
        hint = f"see 'goodterms show {about.account.id}/{done.id}'" if done else ""
        raise RefusalError(f"{about.name} was approved{by} and carried out", hint)


def _head(about: Matter, merged: str) -> str:
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
        team = ", ".join(settings.teams.get(approval.by, ())) or "nobody yet"
        until = entry.doc.expires or about.day
        lines.append(
            f"Waits for {approval.count} of {approval.by} ({team}), by {until}."
        )
    lines += how_to_decide(
        about.name,
        settings.forge,
        choose=bool(step and step.choose),
        approved=approved or bool(merged),
    )
    stopped = overtaken(about)
    return "\n".join([*lines, *([f"Mind: {stopped}."] if stopped else [])])


def _shown(found: tuple[Preview, ...]) -> Iterator[str]:
    for at, each in enumerate(found):
        named = f"{each.choose}{' (proposed)' if not at and len(found) > 1 else ''}"
        message = f"\n\n{each.message}" if each.message else ""
        yield f"{named}: {each.does}{message}".rstrip()
