"""Tasks as JSON, for other programs: schema ``tasks``."""

from collections.abc import Iterable, Mapping
from datetime import date

from engine.plan_json import Json, amounts_json
from engine.settings import Person
from engine.tasks.task import Task


def tasks_json(
    tasks: Iterable[Task],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> Json:
    """Return tasks in the form of schema ``tasks``, the most urgent first."""
    told = [_task(task, day, people, repository) for task in tasks]
    return {"as_of": day.isoformat(), "tasks": told}


def _task(
    task: Task, day: date, people: Mapping[str, Person], repository: str | None
) -> Json:
    person = people.get(task.owner or "")
    return {
        "kind": task.kind,
        "urgency": task.urgency,
        "account": task.account,
        "customer": task.customer or None,
        "id": task.id,
        "why": task.why,
        "owner": task.owner,
        "owner_name": person.name if person else None,
        "team": task.team,
        "since": task.since.isoformat() if task.since else None,
        "days": task.days(day),
        "until": task.until.isoformat() if task.until else None,
        "at_stake": amounts_json(task.at_stake),
        "invoices": list(task.invoices),
        "settle": _settle(task, repository),
    }


def _settle(task: Task, repository: str | None) -> Json:
    out = task.way_out
    form = task.form(repository)
    told = {"read": out.read, "command": out.command}
    return {**told, "form": form, "in_words": out.in_words}
