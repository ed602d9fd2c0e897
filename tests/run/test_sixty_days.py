"""Sixty days of daily use: nothing waits unseen, and no page hides a dispute."""

import re
from pathlib import Path

import pytest

from tests.support.sixty_days import CUSTOMERS, Diary, begin

_FRIDAY = 4


def test_sixty_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diary = begin(tmp_path, monkeypatch)
    read: set[str] = set()
    for day in diary.days():
        waiting = diary.open()
        if day.weekday() == _FRIDAY:
            no_task_is_nobody_s(diary, waiting)
        for name in waiting:
            if name not in read:
                read.add(name)
                page = diary.gt("show", name, "--as-of", str(day))
                hides_nothing(diary, name.partition("/")[0], page)
    shown = {name.partition("/")[0] for name in read}
    assert shown >= {"10003", "10004", "10005", "10009", "10011"}
    diary.gt("check")
    diary.gt("verify", "--history")


def no_task_is_nobody_s(diary: Diary, waiting: list[str]) -> None:
    """Find whatever waits in the list and under the run, with who and how."""
    tasks = diary.listed("tasks", "tasks")
    listed = {(task["account"], task["kind"]) for task in tasks}
    for action in diary.listed("plan", "actions"):
        if action["kind"] == "task":
            assert (action["account"], action["step"]) in listed
    proposed = {task["id"] for task in tasks if task["kind"] == "proposal"}
    assert proposed == set(waiting)
    for task in tasks:
        assert task["owner"] or task["team"], task
        assert any(task["settle"].values()), task
        name = CUSTOMERS[task["account"]][0]
        if task["kind"] != "to-post":
            assert f"{task['kind']}: {name} ({task['account']})" in diary.said


def hides_nothing(diary: Diary, account: str, page: str) -> None:
    """Read each dispute of the customer, and what they offered, on a page."""
    first = page.partition("What has happened")[0]
    for number in diary.disputed(account):
        assert re.search(rf"Mind: {number} \(.*?\) is disputed", first, re.DOTALL)
    if account == "10005":
        assert "we can pay 1,000 on 15 October" in " ".join(page.split())
