"""Forms that people filled in become records on main, once each, and are answered."""

from engine.intake.desk import take_in

__all__ = ["take_in"]
