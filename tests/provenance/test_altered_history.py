"""Every alteration of a made-up past is found, and nothing is said against a right one.

``pytest tests/test_altering.py --histories 5000`` plays more of them; so does
``python -m tests.support.altered_history 10000``, and
``tests.support.altered_year`` on a year of runs.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.provenance.difference import compared
from goodterms.provenance.objects import added_to
from goodterms.yaml.journal_scan import odd_line
from tests.support import altered_year
from tests.support.altered_history import document, outcome, run

DOCUMENTS = [
    document("2026-10-08-reminder", "send", "claimed").encode(),
    outcome("2026-10-08-reminder", "sent").encode(),
    outcome("2026-10-08-reminder", "failed").encode(),
    document("2026-10-09-notice", "propose", "proposed").encode(),
]
JOURNALS = st.lists(st.sampled_from(DOCUMENTS)).map(b"".join)


@pytest.mark.parametrize("share", range(4))
def test_every_alteration_is_found_and_nothing_else(
    share: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = int(request.config.getoption("--histories")) // 4
    assert run(count, share * count, tmp_path) == []


def test_every_alteration_of_a_year_of_runs_is_found(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = int(request.config.getoption("--histories")) // 2
    assert altered_year.run(altered_year.year_of(tmp_path, 4), count, 0) == []


@given(JOURNALS, JOURNALS.filter(bool))
def test_what_is_appended_is_an_append(old: bytes, more: bytes) -> None:
    assert added_to(old, old + more) == more


@given(JOURNALS, st.binary(max_size=400) | JOURNALS)
def test_only_an_append_is_one(old: bytes, new: bytes) -> None:
    added = added_to(old, new)
    assert added is None or new == old + added
    assert added is None or odd_line(added) is None


@given(JOURNALS.filter(bool), st.data())
def test_a_departure_begins_where_the_first_difference_is(
    kept: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(kept) - 1))
    now = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
    assert compared(kept, now) == ("edited", kept.count(b"\n", 0, at) + 1)
    assert compared(kept, kept[:at])[0] in ("cut", "emptied")
    assert compared(kept, kept + b"more")[0] == "added"
    assert compared(kept, None) == ("removed", 0)
