"""A run: sync, plan, claim, deliver, outcome, propose, report."""

from goodterms.run.pipeline import run
from goodterms.run.request import RunDependencies, RunRequest, RunResult

__all__ = ["RunDependencies", "RunRequest", "RunResult", "run"]
