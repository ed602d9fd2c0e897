"""Good Terms: get overdue invoices paid and keep the customer.

For other programs (docs/python.md), from reading to deciding; nothing is written:

- ``open_workspace(path)``: a repository on disk, as a ``Workspace``.
- ``plan(workspace, on)``: what is due on a day, and why the rest waits; a ``Plan``.
- ``plan_json(workspace, plan)``: the same as the command's JSON.
- ``explain(workspace, on, account)``: why this, why not that, what next and when.
- ``check(path, now)``: every ``Problem`` of every file.
- ``RefusalError``: what cannot be done, in one sentence.

A name is imported when it is first asked for: the command starts no slower.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodterms.api import check, explain, open_workspace, plan, plan_json
    from goodterms.model.plan import Plan
    from goodterms.model.problem import Problem
    from goodterms.model.refusal import RefusalError
    from goodterms.workspace.workspace import Workspace

__version__ = "0.1.0"

__all__ = [
    "Plan",
    "Problem",
    "RefusalError",
    "Workspace",
    "check",
    "explain",
    "open_workspace",
    "plan",
    "plan_json",
]

#: The names by the module that has them.
_NAMES = {
    "api": ["check", "explain", "open_workspace", "plan", "plan_json"],
    "model.plan": ["Plan"],
    "model.problem": ["Problem"],
    "model.refusal": ["RefusalError"],
    "workspace.workspace": ["Workspace"],
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # so that a name which is not there is an error of types

    def __getattr__(name: str) -> object:
        """Import what a caller asks for, when it does."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
