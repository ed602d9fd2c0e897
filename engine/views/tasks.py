"""A task: something that waits for one of us, and what settles it."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from goodterms.model.money import Money
from goodterms.model.plan import (
    IN_DOUBT,
    PROPOSAL,
    TO_POST,
    AccountPlan,
    Action,
    Plan,
    TaskOption,
)
from goodterms.model.problem import Problem
from goodterms.model.settings import Person, Settings
from goodterms.views.plan_json import Json, amounts_json

#: The name of the task that an account with errors in its files is.
BROKEN_FILES = "broken-files"

#: How urgent tasks are, and what is said of them: the first come first.
URGENCIES = ("now", "next", "books")
HEADS = {
    "now": "Somebody waits for us, or acts on what we wrote",
    "next": "Nothing goes on before we act",
    "books": "To put right in the books",
}

#: Which tasks are how urgent; whatever is not named here is ``next``.
_NOW = (IN_DOUBT, TO_POST, "unanswered-reply", "overdue-review", "record-to-approve")
_BOOKS = ("unapplied-cash", "unapplied-credit", "credit-balance", "discount-ended")

#: The account that a file belongs to.
_ACCOUNT = re.compile(r"ledger/([^_/][^/]*)/")

#: A proposal is urgent in its last days.
_LAST_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTask:
    """Something that waits for one of us.

    ``id`` is that of the journal's entry that it is about, None for one that follows
    from facts. ``owner`` is the key of who looks after the account, ``team`` who may
    decide, ``until`` by when. ``at_stake`` is one amount per currency.
    """

    kind: str
    account: str
    customer: str
    why: str
    urgency: str
    id: str | None = None
    owner: str | None = None
    team: str | None = None
    since: date | None = None
    until: date | None = None
    at_stake: tuple[Money, ...] = ()
    invoices: tuple[str, ...] = ()
    way_out: TaskOption

    def days(self, day: date) -> int | None:
        """Return for how many days it has waited."""
        return (day - self.since).days if self.since else None

    def form(self, repository: str | None) -> str | None:
        """Return where the form that settles it is filled in, if there is one.

        *repository* is the address of its page where there are forms.
        """
        if repository is None or self.way_out.form is None:
            return None
        from goodterms.views.file_links import form_address  # noqa: PLC0415 - start fast

        return form_address(repository, self.way_out.form, self.account)


def tasks_of(plan: Plan) -> tuple[PersonTask, ...]:
    """List all that waits for one of us, the most urgent first.

    Within an urgency what has waited longest comes first.
    """
    jobs = (action for action in plan.actions if action.kind == "task")
    tasks = [_of_action(plan, action) for action in jobs]
    tasks += [
        replace(_of_action(plan, action), id=action.id) for action in plan.pending
    ]
    tasks += _broken(plan)
    return tuple(sorted(tasks, key=_place))


def with_tasks_of(plan: Plan, fresh: Plan, accounts: Container[str]) -> Plan:
    """Take the tasks of some accounts from a fresher plan of them."""
    kept = [a for a in plan.actions if not (a.kind == "task" and a.account in accounts)]
    new = [action for action in fresh.actions if action.kind == "task"]
    pending = [task for task in plan.pending if task.account not in accounts]
    return replace(
        plan,
        actions=(*kept, *new),
        pending=(*pending, *fresh.pending),
        customers={**plan.customers, **fresh.customers},
        owners={**plan.owners, **fresh.owners},
    )


#: The plan of a whole ledger, or of one account.
AnyPlan = TypeVar("AnyPlan", Plan, AccountPlan)

#: By which option a command takes the day; what writes a record has one of its own.
_DAY_OPTION = {
    "record": "--on",
    **dict.fromkeys(
        ("approve", "decline", "explain", "outbox", "resolve", "show"), "--as-of"
    ),
}


def on_day(command: str, day: date) -> str:
    """Let a command count for a day: what was planned for it is settled on it.

    A command that takes no day stays as it is.
    """
    option = _DAY_OPTION.get(command.removeprefix("goodterms ").partition(" ")[0])
    return f"{command} {option} {day}" if option else command


def as_played(plan: AnyPlan, day: date | None) -> AnyPlan:
    """Give the commands of a plan's tasks the day that somebody asked for, if any.

    Without it they would count for today, and a journal that is ahead of the days
    that are played stops every run until then.
    """
    if day is None:
        return plan
    return replace(
        plan,
        actions=tuple(_on_day(action, day) for action in plan.actions),
        pending=tuple(_on_day(action, day) for action in plan.pending),
    )


def _on_day(action: Action, day: date) -> Action:
    out = action.way_out
    if out is None:
        return action
    command = on_day(out.command, day) if out.command else None
    read = on_day(out.read, day) if out.read else None
    return replace(action, way_out=replace(out, command=command, read=read))


def of_person(
    tasks: Iterable[PersonTask], person: str, settings: Settings
) -> tuple[PersonTask, ...]:
    """Keep the tasks of one of us: by the account, or by a team that may decide."""
    return tuple(
        task
        for task in tasks
        if person == task.owner or person in settings.teams.get(task.team or "", ())
    )


def _place(task: PersonTask) -> tuple[int, date, str, str, str]:
    at = URGENCIES.index(task.urgency)
    return (at, task.since or date.max, task.account, task.kind, task.why)


def _of_action(plan: Plan, action: Action) -> PersonTask:
    return PersonTask(
        kind=action.step,
        account=action.account,
        customer=plan.customers.get(action.account, ""),
        why="; ".join(action.why),
        urgency=_urgency(action.step, action.expires, plan.as_of),
        owner=action.owner,
        team=action.approval.by if action.approval else None,
        since=action.since,
        until=action.expires,
        at_stake=action.at_stake,
        invoices=tuple(line.id for line in action.listed),
        way_out=action.way_out or TaskOption(f"goodterms explain {action.account}"),
    )


def _urgency(kind: str, until: date | None, day: date) -> str:
    if kind == PROPOSAL and until and (until - day).days <= _LAST_DAYS:
        return "now"
    if kind in _NOW:
        return "now"
    return "books" if kind in _BOOKS else "next"


def _broken(plan: Plan) -> list[PersonTask]:
    """Make a task of each account that its files keep out of the plan."""
    by_account: dict[str, list[Problem]] = {}
    for problem in plan.problems:
        named = _ACCOUNT.match(problem.place.file)
        if named and problem.severity == "error":
            by_account.setdefault(named[1], []).append(problem)
    return [
        _of_problems(plan, account, problems)
        for account, problems in by_account.items()
    ]


def _of_problems(plan: Plan, account: str, problems: list[Problem]) -> PersonTask:
    more = f", and {len(problems) - 1} more" if problems[1:] else ""
    return PersonTask(
        kind=BROKEN_FILES,
        account=account,
        customer=plan.customers.get(account, ""),
        why=f"{problems[0].place}: {problems[0].what}{more}",
        urgency="next",
        owner=plan.owners.get(account),
        way_out=TaskOption(f"goodterms check ledger/{account}"),
    )


def tasks_json(
    tasks: Iterable[PersonTask],
    day: date,
    people: Mapping[str, Person],
    repository: str | None = None,
) -> Json:
    """Return tasks in the form of schema ``tasks``, the most urgent first."""
    documents = [_task(task, day, people, repository) for task in tasks]
    return {"as_of": day.isoformat(), "tasks": documents}


def _task(
    task: PersonTask, day: date, people: Mapping[str, Person], repository: str | None
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


def _settle(task: PersonTask, repository: str | None) -> Json:
    out = task.way_out
    form = task.form(repository)
    ways = {"read": out.read, "command": out.command}
    return {**ways, "form": form, "in_words": out.in_words}
