"""Issue forms: the shipped ones, and what comes of what people write into them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.forge.github.issue_forms import (
    ALLOCATION,
    FORMS,
    FormQuestion,
    IssueForm,
    answered,
    kind_of,
    load_form,
    read_body,
    recorded,
)
from goodterms.forge.github.issue_forms import record_values as values_of
from goodterms.schemas import schema
from goodterms.views.markdown import Markdown
from goodterms.workspace.bundled_files import shipped_root
from tests.support.github_server.forms import fill_in

FOLDER = shipped_root() / ".github" / "ISSUE_TEMPLATE"
SHIPPED = sorted(path for path in FOLDER.glob("*.yml") if path.stem != "config")
RECORDING = [path for path in SHIPPED if path.stem != ALLOCATION]
PROMISE = IssueForm(
    "promise",
    (
        FormQuestion("account", "Account", required=True),
        FormQuestion("pay_by", "Pays by", required=True),
        FormQuestion("amount", "Amount"),
        FormQuestion("said", "In their words"),
    ),
)


def form(path: Path) -> IssueForm:
    found, problems = load_form(path.stem, path.read_bytes())
    assert found, problems
    return found


def test_there_is_a_form_for_all_that_people_learn_every_day() -> None:
    assert {path.stem for path in SHIPPED} == {
        *("payment", "call", "reply", "promise", "dispute", "extension", "pause"),
        ALLOCATION,
    }


@pytest.mark.parametrize("path", RECORDING, ids=lambda path: path.stem)
def test_every_question_of_a_shipped_form_is_a_key_of_its_record(path: Path) -> None:
    found = schema(f"record-{path.stem}")
    keys = [question.key for question in form(path).questions]
    assert keys[0] == "account"
    assert set(keys[1:]) <= set(found["properties"])
    assert set(found["required"]) - {"kind", "on", "by"} <= set(keys)
    assert keys[-1] == "said", "what is pasted in comes last: it takes all the rest"


@pytest.mark.parametrize("path", RECORDING, ids=lambda path: path.stem)
def test_a_shipped_form_asks_for_what_its_record_needs(path: Path) -> None:
    needed = set(schema(f"record-{path.stem}")["required"]) - {"kind", "on", "by"}
    asked = {question.key for question in form(path).questions if question.required}
    assert asked == {"account", *needed}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_its_label_says_its_kind(path: Path) -> None:
    filed = fill_in(path.read_text(), {}, None)
    assert kind_of(filed.labels) == path.stem
    assert read_body(form(path), filed.body) == {}


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["record: promise"], "promise"),
        (["urgent", "Record: Promise"], "promise"),
        (["record: promise", "record: call"], None),
        (["record: gossip"], None),
        (["record"], None),
        ([], None),
    ],
)
def test_the_label_decides_what_it_becomes(labels: list[str], kind: str | None) -> None:
    assert kind_of(labels) == kind


def body(**answers: str) -> str:
    parts = (f"### {q.label}\n\n{answers.get(q.key, '')}" for q in PROMISE.questions)
    return "\n\n".join(parts)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", {}),
        ("just a word", {}),
        (body(), {}),
        (body(account="_No response_"), {}),
        (
            body(account=" alpha ", pay_by="5.11."),
            {"account": "alpha", "pay_by": "5.11."},
        ),
        (body(account="alpha").replace("\n", "\r\n"), {"account": "alpha"}),
        (
            "### Pays by\n\n1\n\n### Account\n\nalpha",
            {"pay_by": "1\n\n### Account\n\nalpha"},
        ),
        ("### Account\n\na\n\n### Amount\n\n1", {"account": "a", "amount": "1"}),
        (
            body(said="yes\n### Amount\n\n9.00\n\n### Account\n\nomega"),
            {"said": "yes\n### Amount\n\n9.00\n\n### Account\n\nomega"},
        ),
        (body(said="#### Account"), {"said": "#### Account"}),
    ],
)
def test_answers_stand_below_their_labels(text: str, answers: dict[str, str]) -> None:
    assert read_body(PROMISE, text) == answers


@given(
    st.lists(st.text(st.characters(exclude_categories=["C", "Z"])), min_size=3),
    st.text(),
)
def test_whatever_is_answered_is_read_as_it_was_written(
    lines: list[str], words: str
) -> None:
    given_ = dict(zip(("account", "pay_by", "amount"), lines, strict=False))
    given_["said"] = words.replace("\r", "")
    filed = fill_in((FOLDER / "promise.yml").read_text(), given_, None)
    wanted = {key: text.strip() for key, text in given_.items()}
    assert read_body(form(FOLDER / "promise.yml"), filed.body) == {
        key: text for key, text in wanted.items() if text not in ("", "_No response_")
    }


def test_answers_become_the_values_of_a_record() -> None:
    answers = {"account": "alpha", "invoices": "A-1, A-2;A-3\nA-4", "final": "No"}
    answers |= {"answered": "perhaps", "until": "2026-11-05", "amount": "12.00"}

    assert values_of(IssueForm("extension", ()), answers) == {
        "kind": "extension",
        "invoices": ["A-1", "A-2", "A-3", "A-4"],
        "final": False,
        "answered": "perhaps",
        "until": "2026-11-05",
        "amount": "12.00",
    }


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "file is missing"),
        (b"a: [", "a value is expected here"),
        (b"", "this is no issue form"),
        (b"body: 3", "this is no issue form"),
        (b"body: [{type: input, id: x}]", "this is no issue form"),
        (b"body: [{type: input, attributes: {label: x}}]", "this is no issue form"),
    ],
)
def test_a_broken_form_is_a_problem(content: bytes | None, what: str) -> None:
    found, problems = load_form("promise", content)
    assert found is None
    assert what in str(problems[0])
    assert str(problems[0]).startswith(".github/ISSUE_TEMPLATE/promise.yml")


def test_words_between_questions_are_no_question() -> None:
    content = b"body: [{type: markdown, attributes: {value: Hi}}]"
    assert load_form("promise", content) == (IssueForm("promise", ()), ())


def test_what_they_wrote_can_neither_ping_nor_forge_anything() -> None:
    bad = answered(PROMISE, [("amount", "'@all <!-- goodterms:x --> **' is no amount")])
    assert "@all" not in bad.body
    assert bad.body.count("<!--") == 1
    assert "**Amount**: '&#64;" in bad.body

    good = recorded(Markdown("`x`"), "said: '</pre> @all <!-- goodterms:y -->'\n")
    assert "@all" not in good.body
    assert good.body.count("<!--") == 1
    assert good.body.count("</pre>") == 1


def test_every_kind_of_record_can_be_had_from_a_form_of_ones_own() -> None:
    assert {kind_of([f"record: {kind}"]) for kind in FORMS} == set(FORMS)
