"""What waits for one of us: all of it, the most urgent first."""

from engine.tasks.as_json import tasks_json
from engine.tasks.as_text import task_lines, tasks_markdown, tasks_table, tasks_text
from engine.tasks.task import HEADS, URGENCIES, Task, of_person, tasks_of

__all__ = [
    "HEADS",
    "URGENCIES",
    "Task",
    "of_person",
    "task_lines",
    "tasks_json",
    "tasks_markdown",
    "tasks_of",
    "tasks_table",
    "tasks_text",
]
