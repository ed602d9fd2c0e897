"""CSV files: tables and rows become invoices of other systems."""

from goodterms.importers import Importer, ImportOption
from goodterms.importers.csv.read_csv import read_csv

IMPORTER = Importer(
    "Import invoices from a CSV file, one row each.",
    (
        ImportOption("table", "file", "FILE"),
        ImportOption(
            "mapping",
            "file",
            "MAPPING.yaml",
            "--map",
            "Which column says what; see docs/import.md.",
            required=True,
        ),
        ImportOption(
            "until",
            "date",
            "DATE",
            "--until",
            "The file says all up to this day; kept for the mapping's 'source'.",
        ),
    ),
    read_csv,
)
