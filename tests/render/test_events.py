"""What has passed, as briefs and letters tell it: every kind of event has its words."""

import re
from dataclasses import replace
from datetime import date

import pytest

from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Contact
from goodterms.model.records import KIND_OF, KINDS, Call, Note, Record, Resolution
from goodterms.model.settings import Partner, Settings
from goodterms.render import check_templates, render
from goodterms.render.samples import RECORDS
from goodterms.render.template_context import is_named
from tests.support.sample_messages import (
    LINDEN,
    NO_BOOK,
    SETTINGS,
    TODAY,
    account,
    action,
    shipped,
    template,
    templates,
)

NORTHSTAR = Partner("northstar", "agency", "Northstar Collections", "in@ns.example")

LANGUAGES = ("en", "de")
INWARD = ("call-brief", "placement")


def told(name: str, language: str, record: Record) -> str:
    """Return the line of a brief or letter that tells of a record."""
    of = account(language=language)
    of = replace(of, records=(record,))
    settings = Settings(replace(LINDEN, language=language), people=SETTINGS.people)
    made = action(name, of)
    if name == "placement":
        settings = replace(settings, partners={"northstar": NORTHSTAR})
        made = replace(made, kind="place", partner="northstar")
    found, problems = render(shipped()[0], made, of, settings, TODAY, NO_BOOK)
    assert problems == ()
    assert found is not None
    lines = found.text.splitlines()
    return next(line for line in lines if re.match("- 0?2[. ]", line))


def test_there_is_a_sample_of_every_kind_of_record() -> None:
    assert [KIND_OF[type(each)] for each in RECORDS if each.id not in _outcomes()] == [
        kind for kind in KINDS if kind not in ("call", "resolution")
    ]
    assert {each.outcome for each in RECORDS if isinstance(each, Call)} == {
        *("reached", "voicemail", "no-answer", "refused")
    }
    assert {each.outcome for each in RECORDS if isinstance(each, Resolution)} == {
        *("upheld", "partly", "rejected")
    }


def _outcomes() -> set[str]:
    return {each.id for each in RECORDS if isinstance(each, Call | Resolution)}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", INWARD)
def test_every_kind_of_record_has_its_words(
    name: str, language: str, record: Record
) -> None:
    plain = KIND_OF[type(record)].replace("-", " ")

    line = told(name, language, record)

    words = line.partition(": ")[2]
    assert words
    assert plain == "note" or words != plain, "the fallback stands for unknown kinds"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "we issued a credit note"), ("de", "wir erteilten eine Gutschrift")],
)
def test_a_credit_note_in_words(language: str, words: str) -> None:
    credit = next(each for each in RECORDS if each.id == "credit-note")

    assert words in told("call-brief", language, credit)


@pytest.mark.parametrize("kind", KINDS)
def test_check_finds_a_kind_that_a_template_of_ours_forgot(kind: str) -> None:
    words = {each: "x" for each in (*KINDS, "send", "thank", "place") if each != kind}
    body = (
        f"{{% set words = {words} %}}"
        "{% for event in account.history %}{{ words[event.kind] }}{% endfor %}"
    )

    found = [str(each) for each in check_templates(templates(template(body)), SETTINGS)]

    assert found == [f"templates/en/note.md.j2:4: error: '{kind}' is undefined"]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Petra Vogel", True),
        ("Rechnungsstelle", False),
        ("Accounts Payable", False),
        ("Buchhaltung Nord", True),
        ("Team Kreditorenbuchhaltung", False),
        ("4711", False),
        ("Jo Billing", True),
    ],
)
def test_a_desk_is_greeted_by_no_name(*, name: str, named: bool) -> None:
    assert is_named(name) is named
    of = account(language="de", contacts=(Contact(name, email="ap@acme.example"),))
    settings = Settings(replace(LINDEN, language="de"), people=SETTINGS.people)
    for template_, greeted, plain in (
        ("friendly-reminder", f"Guten Tag {name},", "Guten Tag,"),
        ("call-brief", f"rufen Sie {name} bei ACME", f"rufen Sie ACME GmbH ({name})"),
    ):
        made = action(template_, of)
        made = replace(made, kind="call") if template_ == "call-brief" else made
        found, _ = render(shipped()[0], made, of, settings, TODAY, NO_BOOK)
        assert found is not None
        assert (greeted if named else plain) in " ".join(found.text.split())


@pytest.mark.parametrize("name", INWARD)
def test_a_german_brief_has_german_words(name: str) -> None:
    boss = Contact("Jens Brandt", "management", "jb@acme.example")
    clerk = Contact("Ida", "night-shift", "ida@acme.example")
    of = account(language="de", contacts=(boss, clerk))
    sent = JournalDocument(
        id="2026-10-08-friendly-reminder",
        day=date(2026, 10, 8),
        on=date(2026, 10, 8),
        kind="send",
        state="sent",
        step="friendly-reminder",
    )
    of = replace(of, journal=(sent,))
    settings = Settings(
        replace(LINDEN, language="de"),
        people=SETTINGS.people,
        partners={"northstar": NORTHSTAR},
    )
    made = action(name, of, kind="call" if name == "call-brief" else "place")
    found, problems = render(
        shipped()[0], replace(made, partner="northstar"), of, settings, TODAY, NO_BOOK
    )
    assert problems == ()
    assert found is not None
    assert "wir schrieben (freundliche Erinnerung)" in found.text
    assert "Jens Brandt (Geschäftsführung)" in found.text
    assert "Ida (night shift)" in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_without_words_is_printed_as_its_name(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KIND_OF, Note, "house-call")
    assert "house call" in told("call-brief", language, RECORDS[-1])
