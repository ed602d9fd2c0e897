"""What waits for one of us: all of it, the most urgent first."""

from engine.tasks.as_json import tasks_json
from engine.tasks.as_text import task_lines, tasks_markdown, tasks_table, tasks_text
from engine.tasks.task import HEADS, URGENCIES, Task, of_person, tasks_of, with_tasks_of
from engine.tasks.to_post import speaks_for_it, to_post, to_post_text

__all__ = [
    "HEADS",
    "URGENCIES",
    "Task",
    "of_person",
    "speaks_for_it",
    "task_lines",
    "tasks_json",
    "tasks_markdown",
    "tasks_of",
    "tasks_table",
    "tasks_text",
    "to_post",
    "to_post_text",
    "with_tasks_of",
]
