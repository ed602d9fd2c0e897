"""What a builder accepts, its schema explains nothing about, and the reverse."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodterms.load.value_readers import REFUSED
from goodterms.yaml.events import Value
from tests.support.sample_files import Sample, samples

#: As many single changes of a file as are worth the time.
MANY = 1000
SAMPLES = {sample.name: sample for sample in samples()}

#: Values that some reader somewhere takes and another refuses.
JUNK: list[Value] = [
    *(None, True, False, 0, 1, -1, 3, 7, 100, 101, 2026, 10**17),
    *("", " ", "x", "A b", "é", "a\nb", "a\n", " a", "\x07", "a\u2028b", "007", "0"),
    *("true", "no", "approve", "credit", "instalments", "discount", "phone", "email"),
    *("2026-02-31", "2026-10-08", "1800-01-01", "9999-12-31", "2026-10-8"),
    *("1190.00", "1190.5", "-5.00", "0.00", "1190", "01.00", "1190.00\n", "1e3", "0.3"),
    *("5d", "99999d", "-5d", "due", "due + 7d", "due - 70d", "due+7", "1 month"),
    *("0 days", "standard@3", "standard@0", "@3", "INV-1", "inv 1", "-x", "dana"),
    *("EUR", "JPY", "XXX", "eur", "DE", "de", "deu", "Europe/Berlin", "Europe", "../x"),
    *("a@b.c", "a b@c", "a@b@c", "sha256:ab", "sha256:", "http://x", "ftp://x"),
    *("2026-10-08T07:12:03Z", "2026-10-08T27:12:03Z", "2026-10-08-note", "2026-1-note"),
    *("08:00-18:00", "18:00-08:00", "08:00-25:00", "mon", "warm", "final", "agency"),
    *("overdue > 1", "overdu > 1", "overdue >", "DE02120300000000202051", "DE0212"),
    *(
        "60-16-13",
        "60-16 13",
        "062-000",
        "110000000",
        "110000001",
        "31926819",
        31926819,
    ),
]
JUNK += [[], {}, [1], ["x"], ["x", "x"], [None], {"x": 1}, [{"x": 1}], [[]]]
JUNK += [{"EUR": "1"}, {"EUR": "-1.00"}]


def _spots(raw: Any) -> list[tuple[Any, str | int]]:  # noqa: ANN401 - any shape
    """List every (holder, key or index) of a document."""
    if not isinstance(raw, dict | list):
        return []
    keys = [*raw] if isinstance(raw, dict) else range(len(raw))
    inner = (spot for key in keys for spot in _spots(raw[key]))
    return [*((raw, key) for key in keys), *inner]


@st.composite
def _mutants(draw: st.DrawFn, sample: Sample) -> Value:
    raw = deepcopy(sample.raw)
    for _ in range(draw(st.integers(1, 3))):
        spots = _spots(raw)
        if not spots:
            break
        _mutate(draw, spots)
    return raw


def _mutate(draw: st.DrawFn, spots: list[tuple[Any, str | int]]) -> None:
    holder, key = draw(st.sampled_from(spots))
    donor, other = draw(st.sampled_from(spots))
    how = draw(st.sampled_from(["junk", "drop", "move", "rename", "text"]))
    if how == "junk":
        holder[key] = deepcopy(draw(st.sampled_from(JUNK)))
    elif how == "text":
        holder[key] = draw(st.text(max_size=6))
    elif how == "move":
        holder[key] = deepcopy(donor[other])
    elif how == "drop" or isinstance(holder, list):
        del holder[key]
    else:
        holder[f"{key}"[:-1] + draw(st.sampled_from(["", "x", "s"]))] = holder.pop(key)


def _accepted(sample: Sample, raw: Value) -> bool:
    try:
        sample.build(raw)
    except REFUSED:
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_a_valid_file_is_built_and_nothing_is_said_about_it(name: str) -> None:
    sample = SAMPLES[name]
    assert [*sample.explain(sample.raw)] == []
    sample.build(sample.raw)


@pytest.mark.parametrize("name", SAMPLES)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_a_file_is_refused_if_and_only_if_it_is_explained(
    name: str, data: st.DataObject
) -> None:
    sample = SAMPLES[name]
    raw = data.draw(_mutants(sample))
    found = [*sample.explain(raw)]
    assert _accepted(sample, raw) == (not found), found


@pytest.mark.parametrize("name", SAMPLES)
def test_a_single_wrong_value_is_judged_alike(name: str) -> None:
    sample = SAMPLES[name]
    spots = len(_spots(sample.raw))
    every = 1 + spots * len(JUNK) // MANY
    for index in range(spots):
        for junk in JUNK[index % every :: every]:
            raw = deepcopy(sample.raw)
            holder, key = _spots(raw)[index]
            holder[key] = deepcopy(junk)
            found = [*sample.explain(raw)]
            assert _accepted(sample, raw) == (not found), (key, junk, found)
