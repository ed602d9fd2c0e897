"""What an explanation notes of an invoice: as it stands by then, ended or not."""

import pytest

from goodterms.model.records import Record
from goodterms.views.explain import explain
from tests.support.factory import (
    account,
    dispute,
    pause,
    plan_on,
    resolution,
    resume,
    rules_on,
)

PAUSED = pause("2026-10-05", "2026-10-21")
CONTESTED = dispute("2026-10-05", "2026-10-20")


def noted(on: str, *records: Record) -> list[str]:
    """List what is noted of the invoice on a day."""
    at = account(records=list(records))
    text = explain(at, rules_on(on), plan_on(at, on))
    return [line.strip() for line in text.splitlines() if "noted:" in line]


@pytest.mark.parametrize(
    ("on", "records", "note"),
    [
        ("2026-10-08", [PAUSED], "paused by dana on 2026-10-05 until 2026-10-21"),
        (
            "2026-10-14",
            [PAUSED, resume("2026-10-12")],
            "paused by dana on 2026-10-05 until 2026-10-21, resumed on 2026-10-12",
        ),
        ("2026-10-08", [CONTESTED], "disputed on 2026-10-05, review by 2026-10-20"),
        (
            "2026-10-14",
            [CONTESTED, resolution("2026-10-12", CONTESTED.id)],
            "disputed on 2026-10-05, resolved on 2026-10-12",
        ),
    ],
    ids=["paused", "resumed", "disputed", "resolved"],
)
def test_what_has_ended_is_noted_as_ended(
    on: str, records: list[Record], note: str
) -> None:
    assert noted(on, *records) == [f"noted: {note}"]
