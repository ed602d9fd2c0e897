"""A run: sync, plan, claim, deliver, outcome, propose, report."""

from engine.running.order import Order, Result, Tools
from engine.running.phases import run

__all__ = ["Order", "Result", "Tools", "run"]
