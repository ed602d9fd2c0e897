"""A kind of record is declared once: all else is derived, a new one's too."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from babel import Locale
from jsonschema import Draft7Validator

from goodterms.decision.state.history import fold
from goodterms.forge.github.issue_forms import load_form
from goodterms.load import load_record
from goodterms.model.record_fields import (
    LATER_DAY,
    STEP,
    FormDeclaration,
    FormField,
    KindDeclaration,
    declare,
    examples,
    one_of,
)
from goodterms.model.records import KIND_OF, KINDS, Record, keys_of
from goodterms.render.history import past
from goodterms.render.locale_format import LocaleFormat
from goodterms.schemas import names, schema
from goodterms.views import proposal_page
from tests.support.eventful_ledger import BARE, gt
from tests.support.eventful_ledger import account as files_of
from tests.support.factory import SETTINGS, account, day, proposed, rules_on
from tests.support.git_repos import write
from tests.support.record_pages import form_text, reference_page

ROOT = Path(__file__).parents[2]
FORMS = [kind for kind in KINDS if KINDS[kind].declared.form]
PATH = "ledger/acme/records/2026-10-22-visit.yaml"
TEXT = """\
kind: visit
on: 2026-10-22
by: dana
place: shop
until: 2026-11-05
said: The shop was closed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Record):
    """Somebody went there: a kind that only this test has."""

    declared: ClassVar = KindDeclaration(
        name="visit",
        about="Somebody went there.",
        help="Somebody went there.",
        form=FormDeclaration("Visit", "We went there.", (FormField("place", "Where"),)),
    )
    place: str = field(
        metadata=declare(one_of("office", "shop"), help="Where.", event="outcome")
    )
    until: date | None = field(
        default=None, metadata=declare(LATER_DAY, help="The next one.", event="until")
    )
    step: str | None = field(default=None, metadata=declare(STEP, help="The step."))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small repository, in a world that has the kind ``visit``."""
    monkeypatch.setitem(KINDS, "visit", Visit)
    monkeypatch.setitem(KIND_OF, Visit, "visit")
    write(tmp_path, {**BARE, **files_of("acme", "2026-10-01", {})})
    return tmp_path


def _visit(root: Path, *args: str) -> int:
    who = ("acme", "--by", "dana", "--on", "2026-10-22")
    return gt(root, "record", "visit", *who, *args)


def test_a_new_kind_is_recorded_and_read(root: Path) -> None:
    said = ("--said", "The shop was closed.")
    assert _visit(root, "--place", "shop", "--until", "2026-11-05", *said) == 0
    assert (root / PATH).read_text(encoding="utf-8") == TEXT
    visit, problems = load_record(TEXT.encode(), PATH)
    assert problems == ()
    assert isinstance(visit, Visit)
    assert (visit.place, visit.until) == ("shop", day("2026-11-05"))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "missing option '--place'"),
        (("--place", "moon"), "'moon' is not one of"),
        (("--place", "shop", "--until", "2026-01-01"), "before the record's own day"),
        (("--place", "shop", "--step", "dance"), "unknown step 'dance'"),
    ],
)
def test_a_new_kind_is_checked(
    root: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str
) -> None:
    assert _visit(root, *args) != 0
    assert said in capsys.readouterr().err
    assert not (root / PATH).exists()


def test_a_new_kind_has_a_schema_and_a_form(root: Path) -> None:
    assert root
    assert "record-visit" in names()
    file = {"kind": "visit", "on": "2026-10-22", "by": "dana", "place": "shop"}
    validator = Draft7Validator(schema("record-visit"))
    assert [*validator.iter_errors(file)] == []
    assert [*validator.iter_errors({**file, "place": "moon"})] != []
    form, problems = load_form("visit", form_text("visit").encode())
    assert problems == ()
    assert form
    assert [question.key for question in form.questions] == ["account", "place"]
    assert "\n## visit\n" in reference_page()


def test_a_brief_tells_of_a_new_kind(root: Path) -> None:
    assert root
    build: Callable[..., Record] = Visit
    visit = build(id="x", **examples(Visit))
    figures = LocaleFormat(Locale("en", "GB"))
    known = account(records=(visit,))
    (event,) = past(known, figures, day("2026-11-01"), SETTINGS)
    assert (event.kind, event.outcome) == ("visit", "office")
    assert str(event.until) == "5\u00a0November\u00a02026"


def test_the_page_of_a_proposal_tells_of_a_new_kind(root: Path) -> None:
    visit, _ = load_record((TEXT).encode(), PATH)
    assert root
    assert visit
    known = account(records=(visit,), journal=(proposed("2026-11-30", "final-notice"),))
    rules = rules_on("2026-11-30")
    (entry,) = fold(known.journal, rules.as_of, known.records)
    page = proposal_page(known, rules, entry, None, None).body
    assert "| visit |" in page.replace("\u00a0", " ")
    assert "The shop was closed." in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained(kind: str) -> None:
    for key in keys_of(KINDS[kind]):
        assert key.declaration.help, key.name


@pytest.mark.parametrize("kind", FORMS)
def test_the_shipped_forms_are_those_declared(
    kind: str, request: pytest.FixtureRequest
) -> None:
    path = ROOT / ".github" / "ISSUE_TEMPLATE" / f"{kind}.yml"
    if request.config.getoption("--update-golden"):
        path.write_text(form_text(kind), encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == form_text(kind)


def test_the_page_of_records_is_up_to_date(request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / "records.md"
    if request.config.getoption("--update-golden"):
        path.write_text(reference_page(), encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == reference_page()
