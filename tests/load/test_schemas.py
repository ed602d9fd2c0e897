"""The schemas: self-contained, for editors too, and one with the nouns."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from goodterms.decision.plan import join_plans, plan_account
from goodterms.load import load_jurisdiction
from goodterms.model.journal import (
    DECISION_STATES,
    ENTRY_KINDS,
    SEND_STATES,
    Decision,
    JournalDocument,
    JournalRow,
)
from goodterms.model.ledger import CHANNELS, FLAGS
from goodterms.model.plan import STANDINGS
from goodterms.model.policy import TONES
from goodterms.model.problem import Place, Problem
from goodterms.model.records import KINDS, REASONS, has_currency
from goodterms.schemas import Schema, names, schema
from goodterms.views.plan_json import problem_json, to_json
from tests.support import factory
from tests.support.sample_files import Sample, samples

ROOT = Path(__file__).parents[2]
PEOPLES = [name for name in names() if name != "mapping"]


def _parts(part: object) -> Iterator[Schema]:
    if isinstance(part, dict):
        yield part
        for each in part.values():
            yield from _parts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


@pytest.mark.parametrize("name", names())
def test_a_schema_is_draft_07_and_stands_alone(name: str) -> None:
    found = schema(name)
    Draft7Validator.check_schema(found)
    assert found["$schema"] == "http://json-schema.org/draft-07/schema#"
    definitions = found.get("definitions", {})
    for part in _parts(found):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/definitions/") in definitions


@pytest.mark.parametrize("name", PEOPLES)
def test_every_pattern_says_what_it_wants(name: str) -> None:
    for part in _parts(schema(name)):
        if "pattern" in part:
            assert part["patternErrorMessage"]
            assert part["pattern"].startswith("^")
            assert part["pattern"].endswith("$")


@pytest.mark.parametrize("name", PEOPLES)
def test_an_editor_has_something_to_show(name: str) -> None:
    found = schema(name)
    assert found["title"].startswith("Good Terms: ")
    assert found["description"]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_editors_accept_what_we_accept(sample: Sample) -> None:
    documents = sample.raw if isinstance(sample.raw, list) else [sample.raw]
    for document in documents:
        name = sample.name.partition(":")[0]
        assert [*Draft7Validator(schema(name)).iter_errors(document)] == []


def _keys(name: str) -> set[str]:
    return set(schema(name)["properties"])


def _words(name: str, *path: str) -> set[str]:
    part = schema(name)
    for key in path:
        part = part[key]
    return set(part["enum"])


def test_keys_are_those_of_the_nouns() -> None:
    assert _keys("journal") == {each.name for each in fields(JournalDocument)} - {"day"}
    assert _keys("decision") == {each.name for each in fields(Decision)}
    row = schema("journal")["definitions"]["row"]["properties"]
    assert set(row) == {each.name for each in fields(JournalRow)}
    for kind, made in KINDS.items():
        own = {each.name for each in fields(made)} - {"id"} | {"kind"}
        currency = {"currency"} if has_currency(made) else set()
        assert _keys(f"record-{kind}") == own | currency


def test_words_are_those_of_the_nouns() -> None:
    states = {*SEND_STATES, *DECISION_STATES}
    assert _words("journal", "properties", "state") == states
    assert _words("journal", "properties", "kind") == set(ENTRY_KINDS)
    assert _words("account", "properties", "flags", "items") == set(FLAGS)
    assert _words("account", "definitions", "channel") == set(CHANNELS)
    assert _words("record-note", "definitions", "reason") == set(REASONS)
    step = ("definitions", "step", "properties")
    assert _words("policy", *step, "tone") == set(TONES)
    waiting = ("definitions", "waiting", "properties")
    assert _words("plan", *waiting, "standing") == set(STANDINGS)


def test_a_schema_is_printed_alike_by_every_process() -> None:
    """Sets are ordered by a seed of the process; what is printed is not."""
    printed = {
        subprocess.run(
            [sys.executable, "-m", "goodterms", "schema", "account"],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(printed) == 1


def test_an_unknown_schema_is_refused() -> None:
    with pytest.raises(KeyError):
        schema("common")


def test_a_plan_is_as_its_schema_says() -> None:
    rules = factory.rules_on("2026-12-30")
    reminded = factory.account(
        factory.invoice(),
        factory.invoice("INV-2", due="2026-12-01"),
        factory.invoice("INV-3", due="2027-01-31", issued="2026-12-01"),
        factory.invoice("INV-4", currency="USD"),
        records=(
            factory.cash("2026-12-01", "70.00"),
            factory.promise("2026-12-01", "2027-01-15", "600.00", "INV-2"),
        ),
        journal=factory.upto("final-notice"),
    )
    fresh = factory.account(factory.invoice("NEW-1"), name="fresh")
    plans = [plan_account(each, rules) for each in (reminded, fresh)]
    plan = join_plans(plans, rules)
    assert plan.actions
    assert plan.waiting
    odd = problem_json(Problem(Place("a.yaml", 1), "odd"))
    found = to_json(plan) | {"problems": [odd]}
    assert [*Draft7Validator(schema("plan")).iter_errors(found)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "policies/jurisdictions").iterdir()))
def test_the_jurisdictions_that_we_ship(path: Path) -> None:
    read, problems = load_jurisdiction(path.read_bytes(), path.name)
    assert problems == ()
    assert read is not None
    assert read.rates
    assert read.compensation
