"""An open invoice as a message shows it."""

from engine.action import Line
from engine.decision.standing import Stand


def line(stand: Stand, step: str | None) -> Line:
    """Show an open invoice as a message does."""
    item = stand.item
    return Line(
        id=item.id,
        open=item.open,
        net=item.net,
        due=item.invoice.due,
        days_overdue=item.days_overdue,
        step=step,
        policy=item.policy.ref,
    )


def listed_line(stand: Stand) -> Line:
    """Show an invoice that does not advance: with the last step it took."""
    return line(stand, stand.item.last[0].name if stand.item.last else None)
