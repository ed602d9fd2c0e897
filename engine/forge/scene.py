"""What a forge is shown when a run has done its work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from engine.action import Plan
from engine.forge.proposal import Proposal, Ruling
from engine.repo import Refs

if TYPE_CHECKING:
    from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Scene:
    """The ledger as the run leaves it, and what waits for people there.

    ``refused`` are decisions on main that do not count; ``strange`` are the
    names of those that no open proposal asks for.
    """

    workspace: "Workspace"
    refs: Refs
    day: date
    proposals: tuple[Proposal, ...]
    refused: tuple[Ruling, ...] = ()
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """How a run went, for the page that says so. ``at`` is a time in UTC.

    ``missed`` says which runs were due since an earlier one and did not happen,
    "" for none.
    """

    plan: Plan
    at: str
    ok: bool
    told: str
    missed: Callable[[str], str]
    figures: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = field(default=())
