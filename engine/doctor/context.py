"""What a doctor looks at, and what it needs of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goodterms.git import Repo

if TYPE_CHECKING:
    from goodterms.load import Problems
    from goodterms.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """The files here, the repository, the environment, and the time in UTC."""

    workspace: "Workspace"
    problems: "Problems"
    repo: Repo
    env: Mapping[str, str]
    moment: datetime


def needed(context: DoctorContext) -> dict[str, int]:
    """Map teams, sorted, to the most members that any step of theirs needs."""
    counts: dict[str, int] = {}
    for policy in context.workspace.book.policies.values():
        for step in policy.ladder:
            if step.approval:
                count = counts.get(step.approval.by, 0)
                counts[step.approval.by] = max(count, step.approval.count)
    return dict(sorted(counts.items()))
