"""What all records share, and the questions that most of their forms ask."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from goodterms.model.record_fields import (
    DAY,
    INVOICES,
    NAME,
    TEXT,
    FieldType,
    FormField,
    KindDeclaration,
    declare,
)

REASONS = (
    "cash-flow",
    "oversight",
    "admin",
    "dispute",
    "market",
    "lost-invoice",
    "other",
)
REASON = FieldType(name="reason", example="admin", words=REASONS)

#: Questions that most forms ask in the same words.
ASK_INVOICES = FormField(
    "invoices",
    "Invoices",
    "Their numbers, with commas between. Leave it empty for all that are open.",
)
ASK_REASON = FormField("reason", "Why they are late")
ASK_SAID = FormField("said", "In their words")


def ask_day(when: str) -> FormField:
    """Ask for the day of the record; *when* says whose day it is."""
    return FormField("on", "Date", f"{when}. Leave it empty for today.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The part all records share.

    ``id`` is the file's name without ``.yaml``. ``invoices`` is empty when the
    file names none; the record then stands for those issued and open on its
    date. ``approved_by`` is a second person, where a record needs one.
    """

    id: str
    on: date = field(
        metadata=declare(
            DAY, "When it was.", help="When.  [default: today]", event="on"
        )
    )
    by: str = field(
        metadata=declare(
            NAME,
            "Who of us knows: one of people in goodterms.yaml.",
            help="Who learnt it: a key of 'people'.",
            event="by",
        )
    )
    invoices: tuple[str, ...] = field(
        default=(),
        metadata=declare(INVOICES, help="Once for each; none: all that are open."),
    )
    said: str | None = field(
        default=None,
        metadata=declare(
            TEXT,
            "What they said, in their words.",
            help="In their words.",
            event="said",
        ),
    )
    reason: str | None = field(
        default=None, metadata=declare(REASON, help="Why they are late.")
    )
    approved_by: str | None = field(
        default=None,
        metadata=declare(
            NAME,
            "A second person, where the record needs approval to have effect.",
            help="A second person, where one is needed.",
        ),
    )

    declared: ClassVar[KindDeclaration]
