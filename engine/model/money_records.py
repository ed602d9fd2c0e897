"""The kinds of records that are about sums: plans, value, cash and credits received."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from goodterms.model.money import Money
from goodterms.model.record import Record, ask_day
from goodterms.model.record_fields import (
    AMOUNT,
    LINE,
    MONEY,
    MONEY_ABOVE_ZERO,
    TEMPLATE,
    FieldType,
    FormDeclaration,
    FormField,
    KindDeclaration,
    declare,
    one_of,
)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan; ``amount`` in the currency of the invoices."""

    due: date
    amount: str


INSTALMENTS = FieldType(
    name="instalments",
    example=(
        Instalment(date(2026, 11, 5), "60.00"),
        Instalment(date(2026, 12, 5), "40.00"),
    ),
    metavar="DATE=AMOUNT",
    item="instalment",
    in_invoice_currency=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentPlan(Record):
    """An agreed plan (kind plan); ``template`` is for its reminders."""

    declared: ClassVar = KindDeclaration(
        name="plan",
        about="An agreed plan of instalments.",
        help="Payment by instalments was agreed.",
    )
    instalments: tuple[Instalment, ...] = field(
        metadata=declare(INSTALMENTS, help="Once for each.")
    )
    template: str | None = field(
        default=None,
        metadata=declare(
            TEMPLATE,
            "For the reminders of its instalments.",
            help="What their reminders say.",
            preset="instalment-reminder",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(Record):
    """Value received other than as money; it lowers what is open."""

    declared: ClassVar = KindDeclaration(
        name="settlement",
        about="Value received other than as money; it lowers what is open.",
        help="Value received other than as money.",
    )
    value: str = field(metadata=declare(AMOUNT, help="Such as 250.00."))
    form: str = field(
        metadata=declare(
            one_of("goods", "services", "barter", "discount", "other"), help="As what."
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CashReceived(Record):
    """Unapplied cash (kind payment): received, not yet matched to an invoice."""

    declared: ClassVar = KindDeclaration(
        name="payment",
        about="Unapplied cash: received, not yet matched to an invoice.",
        help="Money came in that is matched to no invoice yet.",
        form=FormDeclaration(
            "Payment seen",
            "Money came in that no invoice file has yet.",
            (
                FormField("amount", "Amount", "As it stands on the statement."),
                FormField("currency", "Currency", "Its code of three letters."),
                ask_day("When it came in"),
                FormField("reference", "Reference", "What the payer wrote."),
                FormField(
                    "invoices",
                    "Invoices",
                    "Which it is for, if you know; with commas between.",
                    "INV-2026-0042",
                ),
                FormField("said", "Anything else"),
            ),
        ),
    )
    amount: Money = field(metadata=declare(MONEY, help="Such as 600.00."))
    reference: str | None = field(
        default=None,
        metadata=declare(
            LINE, "Where the payment is found.", help="What the payer wrote."
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(Record):
    """A credit that belongs to no invoice yet (kind credit-note), above zero.

    It is taken off what is asked as unapplied cash is, but no money came in.
    """

    declared: ClassVar = KindDeclaration(
        name="credit-note",
        about="A credit that belongs to no invoice yet; no money came in.",
        help="We credited the customer; it belongs to no invoice yet.",
    )
    amount: Money = field(metadata=declare(MONEY_ABOVE_ZERO, help="Such as 90.00."))
    reference: str | None = field(
        default=None,
        metadata=declare(
            LINE,
            "The number of the credit note.",
            help="The number of the credit note.",
        ),
    )
