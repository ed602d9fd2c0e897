"""An importer of bank lines, ``day;amount;line;payer;invoice``: a whole one, in a test.

The test lays this folder beside the importers of the engine; nothing else knows of it.
"""

from collections.abc import Container
from datetime import date

from goodterms.importers import (
    GivenOptions,
    ImportBatch,
    ImportedPayment,
    ImportedSettlement,
    Importer,
    ImportOption,
)
from goodterms.load import Problems
from goodterms.model.money import parse_amount
from goodterms.model.problem import Place


def read_lines(
    options: GivenOptions, people: Container[str]
) -> tuple[ImportBatch | None, Problems]:
    """Read payments; an amount ``all`` says that the invoice is settled."""
    statement, by = options.given_file("statement"), options.given_text("by")
    lines = statement.data.decode().splitlines()
    batch = ImportBatch(
        source="bank",
        observations=tuple(
            _observation(line, Place(statement.name, number))
            for number, line in enumerate(lines, start=1)
        ),
        until=options.given_date("until"),
        may_be_empty=True,
        by=by if by in people else None,
    )
    return batch, ()


def _observation(line: str, place: Place) -> ImportedPayment | ImportedSettlement:
    day, amount, reference, payer, invoice = line.split(";")
    on = date.fromisoformat(day)
    if amount == "all":
        return ImportedSettlement(
            source="bank", number=invoice, on=on, key=payer, place=place
        )
    return ImportedPayment(
        source="bank",
        on=on,
        amount=parse_amount(amount, "EUR"),
        reference=reference,
        key=payer,
        number=invoice,
        place=place,
    )


IMPORTER = Importer(
    "Import payments from bank lines.",
    (
        ImportOption("statement", "file", "FILE"),
        ImportOption("by", "text", "NAME", "--by", "Who stands for the records."),
        ImportOption("until", "date", "DATE", "--until", "How far it goes."),
    ),
    read_lines,
)
