"""The policy book: what is broken, and how much of it."""

from datetime import date

import pytest

from goodterms.conditions.expressions import compile_condition
from goodterms.load import Problems, load_book
from goodterms.model.policy import PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.settings import Partner, Person, Settings
from tests.support.sample_files import CREDITOR, JURISDICTION

OURS = Settings(
    CREDITOR,
    people={key: Person(key, key) for key in ("dana", "omar")},
    teams={"leads": ("dana", "omar")},
    partners={"northstar": Partner("northstar", "agency", "Northstar")},
    default_segment="new",
)
TEMPLATES = {"note": "sha256:1", "thanks": "sha256:2"}
STEP = "{{step: {}, at: due + 7d, channel: email, tone: warm, template: note}}"


def policy(
    name: str = "a",
    version: int = 1,
    effective: str = "2026-01-01",
    segments: str = "[standard]",
    steps: tuple[str, ...] = ("note",),
    more: str = "",
) -> dict[str, bytes]:
    rungs = "".join(f"  - {STEP.format(step)}\n" for step in steps)
    text = (
        f"policy: {name}\nversion: {version}\neffective: {effective}\n"
        f"segments: {segments}\nladder:\n{rungs}{more}\n"
    )
    return {f"policies/{name}/v{version}.yaml": text.encode()}


def read(
    *files: dict[str, bytes], known: tuple[str, ...] = ()
) -> tuple[PolicyBook, list[str]]:
    every = {path: data for each in files for path, data in each.items()}
    book, problems = _load(every, known)
    return book, [str(problem).replace("policies/", "") for problem in problems]


def _load(
    files: dict[str, bytes], known: tuple[str, ...]
) -> tuple[PolicyBook, Problems]:
    return load_book(
        files,
        OURS,
        templates=TEMPLATES,
        compile_condition=compile_condition,
        holidays=lambda _country: frozenset(),
        known_templates=known,
    )


def test_policies_and_jurisdictions_by_their_names() -> None:
    law = {"policies/jurisdictions/de.yaml": JURISDICTION.encode()}
    tests = {"policies/a/tests/story.yaml": b"not: ours"}
    book, problems = read(policy(), policy(version=12), law, tests)
    assert problems == []
    assert {*map(str, book.policies)} == {"a@1", "a@12"}
    assert [*book.jurisdictions] == ["DE"]
    assert book.jurisdictions["DE"].year_days == 0
    assert (book.default_segment, book.templates) == ("new", TEMPLATES)


@pytest.mark.parametrize(
    ("country", "written", "expected"),
    [
        ("de", "", ("floating", "once")),
        ("gb", "", ("fixed_at_start", "once")),
        ("gb", "rate_rule: floating, rounding: daily,", ("floating", "daily")),
        ("ie", "rate_rule: on_payment,", ("on_payment", "once")),
        ("de", "rate_rule: fixed_at_start,", ("fixed_at_start", "once")),
    ],
)
def test_whose_rate_counts_and_how_it_is_rounded(
    country: str, written: str, expected: tuple[str, str]
) -> None:
    """What a file does not say is what its country's law says."""
    law = (
        f"jurisdiction: {country}\nname: X\nchecked_on: 2026-01-01\nsource: law\n"
        f"interest: {{{written} day_count: act/365, rates: []}}\n"
    )
    book, problems = read({f"policies/jurisdictions/{country}.yaml": law.encode()})
    found = book.jurisdictions[country.upper()]
    assert problems == []
    assert (found.rate_rule, found.rounding) == expected


def test_a_broken_policy_is_known_by_its_path() -> None:
    book, problems = read(policy(more="laddr: x"), policy("b", segments="[new]"))
    assert book.broken == {PolicyRef("a", 1): date(2026, 1, 1)}
    assert book.broken_segments == {"standard"}
    assert [*map(str, book.policies)] == ["b@1"]
    assert problems == [
        "a/v1.yaml:7:1: error: unknown key 'laddr'; did you mean 'ladder'?"
    ]


@pytest.mark.parametrize("data", [b"", b"policy: [", b"[x]", b"effective: x\n"])
def test_of_an_unreadable_policy_nothing_else_is_known(data: bytes) -> None:
    book, problems = read({"policies/a/v1.yaml": data})
    assert book.broken == {PolicyRef("a", 1): None}
    assert book.broken_segments == frozenset()
    assert problems


def test_a_missing_template_leaves_the_rest_of_the_policy_alone() -> None:
    book, problems = read(policy(more="paid: {template: thank, channel: email}"))
    assert [*map(str, book.policies)] == ["a@1"]
    assert problems == [
        "a/v1.yaml:7:18: error: unknown template 'thank'; did you mean 'thanks'?"
    ]


def test_a_template_with_errors_of_its_own_is_not_unknown() -> None:
    more = "paid: {template: thank, channel: email}"
    assert read(policy(more=more), known=("thank",))[1] == []


TRIAGE = """\
  - step: triage
    at: due + 90d
    approval: {{by: {team}, count: {count}, expires: 21d}}
    choose: {{agency: {{place_with: {partner}}}}}
"""


@pytest.mark.parametrize(
    ("team", "count", "partner", "said"),
    [
        ("leads", 2, "northstar", []),
        ("lead", 1, "northstar", ["unknown team 'lead'; did you mean 'leads'?"]),
        (
            "leads",
            3,
            "northstar",
            [
                (
                    "3 must agree, and team 'leads' has 2;"
                    " add members in goodterms.yaml, or lower the count"
                )
            ],
        ),
        (
            "leads",
            1,
            "norther",
            ["unknown partner 'norther'; did you mean 'northstar'?"],
        ),
    ],
)
def test_who_must_be_known(
    team: str, count: int, partner: str, said: list[str]
) -> None:
    more = TRIAGE.format(team=team, count=count, partner=partner)
    book, problems = read(policy(more=more))
    assert [problem.partition("error: ")[2] for problem in problems] == said
    assert bool(book.broken) == bool(said)


@pytest.mark.parametrize(
    ("migrates", "said"),
    [
        ("{from: [1]}", ["step 'old' of version 1 has no successor"]),
        ("{from: [1], steps: {old: new}}", []),
        ("{from: [1, 2], steps: {old: new}}", ["version 2 is not an earlier one"]),
        ("{from: [7]}", ["version 7 is not an earlier one"]),
        ("{from: [1], steps: {old: newer}}", ["unknown step 'newer'"]),
    ],
)
def test_a_version_takes_over_whole_ladders(migrates: str, said: list[str]) -> None:
    earlier = policy(steps=("note", "old"))
    later = policy(version=2, steps=("note", "new"), more=f"migrates: {migrates}")
    _book, problems = read(earlier, later)
    told = [problem.partition("error: ")[2].partition(";")[0] for problem in problems]
    assert told == said


@pytest.mark.parametrize(
    ("migrates", "way"),
    [
        ("{from: [1]}", " as steps: {old: note}; it is one of note, new"),
        ("{from: [2], steps: {old: new}}", "; those before it are: from: [1]"),
        ("{from: [a@1], steps: {old: new}}", " is a version of this policy; write 1"),
        ("{from: [1], steps: {old: new, ald: new}}",
         "no policy that is taken over has a step 'ald'; did you mean 'old'?"),
    ],
)  # fmt: skip
def test_what_to_write_to_take_over_a_version_is_said(migrates: str, way: str) -> None:
    earlier = policy(steps=("note", "old"))
    later = policy(version=2, steps=("note", "new"), more=f"migrates: {migrates}")
    _book, problems = read(earlier, later)
    assert len(problems) == 1
    assert problems[0].endswith(way)


def test_a_version_cannot_take_over_one_that_is_not_there() -> None:
    _book, problems = read(policy(version=3, more="migrates: {from: [2]}"))
    (said,) = problems
    assert said.startswith("a/v3.yaml:7:19: error: unknown version '2'; no version")
    assert said.endswith("name another policy's, or delete migrates")


def test_what_a_broken_version_had_is_nobodys_guess() -> None:
    earlier = {"policies/a/v2.yaml": b"policy: a\n"}
    book, problems = read(earlier, policy(version=3, more="migrates: {from: [2]}"))
    assert [*map(str, book.policies)] == ["a@3"]
    assert all(problem.startswith("a/v2.yaml") for problem in problems)


CONTESTED = "segment 'standard' is served by a@1 too"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([policy("b")], [CONTESTED]),
        ([policy("b", effective="2027-01-01")], [CONTESTED]),
        ([policy("b", segments="[new]")], []),
        ([policy("b", version=2, effective="2027-01-01"), policy("b", segments="[]")],
         [CONTESTED]),
        ([policy(version=2, effective="2026-06-01", segments="[]"),
          policy("b", effective="2026-06-01")], []),
        ([policy(version=2, effective="2026-06-01", segments="[]"),
          policy("b", effective="2026-05-31")], [CONTESTED]),
    ],
)  # fmt: skip
def test_a_segment_has_one_policy_on_any_day(
    others: list[dict[str, bytes]], said: list[str]
) -> None:
    book, problems = read(policy(), *others)
    told = [problem.partition("error: ")[2].partition(";")[0] for problem in problems]
    assert told == said
    assert not book.broken


def test_files_that_nobody_reads() -> None:
    lost = {"policies/a/v01.yaml": b"", "policies/A/v1.yaml": b"", "policies/x": b""}
    _book, problems = read(lost)
    assert [problem.partition(";")[0] for problem in problems] == [
        "A/v1.yaml: warning: nobody reads this file",
        "a/v01.yaml: warning: nobody reads this file",
        "x: warning: nobody reads this file",
    ]
