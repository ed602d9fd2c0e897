"""The templates that are shipped: correct, kind, and the same in every language."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goodterms.model.ledger import Account, Contact
from goodterms.model.plan import Action, ConcreteOffer, Deduction
from goodterms.model.policy import OfferKind, PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.records import Dispute
from goodterms.model.settings import Partner, Settings
from goodterms.render import RenderedMessage, check_templates, eml, message_id, render
from goodterms.render.locale_format import figures
from goodterms.render.samples import SAMPLE_DAY, samples
from tests.support.sample_messages import (
    CHARGE,
    DANA,
    DISCOUNT,
    INSTALMENTS,
    LINDEN,
    NO_BOOK,
    PAST,
    PETRA,
    STANDARD,
    TODAY,
    account,
    action,
    invoice,
    line,
    money,
    shipped,
    shipped_book,
    sums,
)

LANGUAGES = ("en", "de")
CHASING = ("friendly-reminder", "payment-options", "formal-letter", "final-notice")
OFFERS = ("offer-instalments", "offer-discount")
ASKING = ("courtesy-note", *CHASING, *OFFERS, "instalment-reminder")
TO_CUSTOMERS = (*ASKING, "thank-you")
INWARD = ("call-brief", "placement")
ALL = (*TO_CUSTOMERS, *INWARD)
LETTERS = ("formal-letter", "final-notice")

NORTHSTAR = Partner("northstar", "agency", "Northstar Collections", "in@ns.example")
ROTH = Partner("kanzlei-roth", "lawyer", "Kanzlei Roth")
ONE = invoice(
    "INV-2026-0042",
    reference="RF18539007547034",
    purchase_order="PO-7781",
    pay_url="https://pay.example/INV-2026-0042",
)
TWO = invoice("INV-2026-0057", "2026-10-14", total=money("2380.00"))
ABROAD = invoice("INV-2026-0061", "2026-10-31", total=money("640.00", "USD"))
SOON = invoice("INV-2026-0070", "2026-11-25")


def _kind(template: str) -> dict[str, object]:
    """Return what sets the action of a template apart."""
    if template == "call-brief":
        return {
            "kind": "call",
            "channel": "phone",
            "to": "dana",
            "contact": None,
            "step": "personal-call",
        }
    if template == "placement":
        return {
            "kind": "place",
            "partner": "northstar",
            "to": NORTHSTAR.email,
            "contact": Contact(NORTHSTAR.name, email=NORTHSTAR.email),
            "step": "triage",
        }
    if template in LETTERS:
        return {
            "channel": "letter",
            "to": "Hauptstr. 1, 10115 Berlin",
            "tone": "final" if template == "final-notice" else "formal",
        }
    return {}


def _offer(template: str) -> ConcreteOffer | None:
    by_template = {
        "payment-options": INSTALMENTS,
        "offer-instalments": INSTALMENTS,
        "offer-discount": DISCOUNT,
    }
    return by_template.get(template)


def about_one(template: str, language: str) -> tuple[Action, Account]:
    """Return an action about one invoice, partly paid unless it falls due soon."""
    of = _acme(language, SOON if template == "courtesy-note" else ONE)
    shown = [line(each) for each in of.invoices]
    if template != "courtesy-note":
        shown = [line(ONE, money("690.00"))]
    made = action(
        template,
        of,
        invoices=tuple(shown),
        totals=sums(x.open for x in shown),
        offer=_offer(template),
        **_kind(template),
    )
    return _settled(made), of


def about_many(template: str, language: str) -> tuple[Action, Account]:
    """Return an action about invoices in two currencies, with all that may be."""
    of = _acme(language, ONE, TWO, ABROAD)
    opened = (line(ONE, money("690.00")), line(TWO))
    made = action(
        template,
        of,
        invoices=opened,
        listed=(line(ABROAD),),
        totals=(money("3026.99"), money("640.00", "USD")),
        deductions=(Deduction("cash", money("100.00")),),
        charges=(CHARGE,),
        offer=_offer(template),
        **_kind(template),
    )
    return _settled(made), of


def _settled(made: Action) -> Action:
    """Give thanks and instalments the shape that a plan gives them."""
    if made.template == "thank-you":
        paid = tuple(replace(each, open=money("0.00")) for each in made.invoices)
        return replace(
            made,
            kind="thank",
            listed=paid,
            invoices=(),
            totals=(),
            deductions=(),
            charges=(),
        )
    if made.template == "instalment-reminder":
        due = date(2026, 11, 27)
        parts = tuple(replace(each, due=due) for each in made.invoices)
        return replace(
            made,
            listed=parts,
            invoices=(),
            totals=(money("230.00"),),
            deductions=(),
            charges=(),
        )
    return made


def _acme(language: str, *invoices: object) -> Account:
    of = account(
        *invoices,  # type: ignore[arg-type]
        language=language,
        since=date(2019, 4, 1),
        annual_value=(money("120000.00"),),
        contacts=(PETRA, Contact("Jens Brandt", "management", "jb@acme.example")),
        notes="Founder is an old friend of the house. Call before you write.",
    )
    return replace(of, records=PAST)


def message(
    made: Action, of: Account, language: str, book: PolicyBook | None = None
) -> RenderedMessage:
    """Render with the shipped templates, for a creditor who reads *language*."""
    settings = Settings(
        replace(LINDEN, language=language),
        people={"dana": DANA},
        partners={"northstar": NORTHSTAR, "kanzlei-roth": ROTH},
    )
    found, problems = render(
        shipped()[0], made, of, settings, TODAY, book or shipped_book()[0]
    )
    assert problems == ()
    assert found is not None
    assert found.language == language
    return found


def test_nothing_is_wrong_with_them() -> None:
    templates, problems = shipped()

    assert problems == ()
    assert check_templates(templates, Settings(LINDEN)) == ()


def test_they_are_the_same_in_every_language() -> None:
    templates, _ = shipped()
    tones = {
        language: {
            t.name: t.tone for t in templates.texts.values() if t.language == language
        }
        for language in LANGUAGES
    }

    assert sorted(tones["en"]) == sorted(ALL)
    assert tones["en"] == tones["de"]
    assert {t.language for t in templates.texts.values()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ALL)
def test_what_is_said(
    template: str, language: str, golden: Callable[[str, str], None]
) -> None:
    said = []
    for about in (about_one, about_many):
        made, of = about(template, language)
        found = message(made, of, language)
        said.append(f"Subject: {found.subject}\n\n{found.text}")

    golden(f"messages/{language}/{template}.txt", f"\n{'=' * 78}\n\n".join(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_a_page_looks(language: str, golden: Callable[[str, str], None]) -> None:
    made, of = about_many("payment-options", language)

    golden(f"messages/{language}/page.html", message(made, of, language).html)


def test_what_goes_over_the_wire(golden: Callable[[str, str], None]) -> None:
    made, of = about_one("friendly-reminder", "de")
    settings = Settings(LINDEN)
    at = datetime(2026, 11, 20, 7, 15, tzinfo=UTC)

    data = eml(message(made, of, "de"), made, settings, message_id(made, settings), at)

    golden("messages/friendly-reminder.eml", data.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize("template", ALL)
def test_they_can_do_with_little(template: str) -> None:
    """No bank, no phone, no owner, no policy, a contact without a phone."""
    poor = next(each for each in samples() if not each.book.policies)
    bare = Settings(type(LINDEN)("Linden", "DE", "Europe/Berlin", "a@linden.example"))
    kind: OfferKind = "discount" if template == "offer-discount" else "instalments"
    offer = replace(INSTALMENTS, kind=kind, percent="10")
    made = replace(poor.action, template=template, offer=offer)

    found, problems = render(
        shipped()[0], made, poor.account, bare, SAMPLE_DAY, NO_BOOK
    )

    assert problems == ()
    assert found is not None
    assert "Linden\na@linden.example" in found.text


# What follows holds for every word that a customer reads.

EACH = pytest.mark.parametrize(
    ("template", "language"), [(t, lang) for t in TO_CUSTOMERS for lang in LANGUAGES]
)
ASKED = pytest.mark.parametrize(
    ("template", "language"), [(t, lang) for t in ASKING for lang in LANGUAGES]
)
CHASED = pytest.mark.parametrize(
    ("template", "language"), [(t, lang) for t in CHASING for lang in LANGUAGES]
)


def text_about_one(template: str, language: str) -> str:
    """Return the body of a message about one invoice, its lines joined."""
    made, of = about_one(template, language)
    text = message(made, of, language).text
    start = re.search("^(Dear|Guten Tag) ", text, re.MULTILINE)
    assert start is not None
    return text[start.start() :].partition("\n-- \n")[0]


def flat(text: str) -> str:
    """Join the lines of a text."""
    return " ".join(text.split())


def sentences(text: str) -> list[str]:
    """List the sentences of the running text: no tables, heads or addresses."""
    found: list[str] = []
    for passage in re.split(r"\n\n|^- ", text, flags=re.MULTILINE):
        if not re.search(r"^---|^(IBAN|BIC)|@", passage, re.MULTILINE):
            found += re.split(r"(?<=[.!?:]) (?=[A-ZÄÖÜ])", flat(passage))
    return found


@ASKED
def test_p06_amount_terms_and_how_to_pay(template: str, language: str) -> None:
    made, of = about_one(template, language)
    text = flat(text_about_one(template, language))
    asked = made.offer.pay[0] if template in OFFERS and made.offer else made.totals[0]

    assert figures(language, "DE").amount(asked).replace("\u00a0", " ") in text
    assert of.invoices[0].id in text
    assert "IBAN: DE02 1203 0000 0000 2020 51" in text
    assert (of.invoices[0].reference or "") in text.replace(" ", "")


@EACH
def test_p06_p35_thanks_and_a_name_at_both_ends(template: str, language: str) -> None:
    text = flat(text_about_one(template, language))
    valued = {
        "en": "Thank you|We value your business",
        "de": "Vielen Dank|Danke|Uns liegt an der Zusammenarbeit",
    }[language]

    assert re.search(valued, text)
    assert re.match("(Dear|Guten Tag) Petra Vogel,", text)
    assert text.endswith(
        "Dana Lindqvist Linden & Partner GmbH +49 30 555 0111 dana@linden.example"
    )


@ASKED
def test_tone_10_what_and_how_much_come_first(template: str, language: str) -> None:
    made, of = about_one(template, language)
    start = " ".join(flat(text_about_one(template, language)).split()[:60])
    style = figures(language, "DE")
    asked = made.offer.pay[0] if template in OFFERS and made.offer else made.totals[0]
    due = (made.invoices or made.listed)[0].due
    day = made.offer.valid_until if template == "offer-discount" and made.offer else due

    assert of.invoices[0].id in start
    assert style.amount(asked).replace("\u00a0", " ") in start
    assert style.day(day).replace("\u00a0", " ") in start


@ASKED
def test_tone_07_who_has_paid_is_thanked(template: str, language: str) -> None:
    said = {
        "en": "If you have already paid, thank you",
        "de": "Falls Sie schon gezahlt haben: vielen Dank",
    }[language]

    assert said in flat(text_about_one(template, language))


@ASKED
def test_tone_07_what_is_not_right_comes_first(template: str, language: str) -> None:
    way = {
        "en": "not right|not look right|do not agree|dispute",
        "de": "timmt .*nicht|nicht einverstanden|Bestreiten",
    }[language]

    assert re.search(way, flat(text_about_one(template, language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["courtesy-note", "friendly-reminder"])
def test_p05_first_we_ask_and_offer_to_send_it_again(
    template: str, language: str
) -> None:
    again = {"en": "I will send it again", "de": "noch einmal"}[language]

    assert again in flat(text_about_one(template, language))


@CHASED
def test_tone_08_instalments_are_offered(template: str, language: str) -> None:
    word = {"en": "instalments", "de": "Raten"}[language]

    assert word.lower() in text_about_one(template, language).lower()


BLAME = {
    "en": "fail|refus|neglect|ignor|negligen|chosen not|despite|unacceptable|delinquen",
    "de": "versäum|weiger|ignorier|säumig|trotz|inakzeptabel|Nachlässig|Schuld",
}
URGENCY = {
    "en": "immediate|urgent|last chance|at once|without delay|overdue notice",
    "de": "sofort|umgehend|unverzüglich|dringend|letzte Chance|letztmal",
}
JARGON = {
    "en": "pursuant|herewith|remit|aforementioned|hereby|kindly",
    "de": r"hiermit|o\. g\.|obig|diesbezüglich|bezugnehmend|höflichst",
}


@EACH
def test_p24_no_blame_no_pressure_no_jargon(template: str, language: str) -> None:
    text = text_about_one(template, language)

    for rule in (BLAME, URGENCY, JARGON):
        assert re.findall(rule[language], text, re.IGNORECASE) == []
    assert re.findall(r"!!|(?:\b[A-ZÄÖÜ]{3,}\s+){3}", text) == []


@EACH
def test_tone_09_sentences_are_short(template: str, language: str) -> None:
    text = text_about_one(template, language)

    assert [each for each in sentences(text) if len(each.split()) > 25] == []


@EACH
def test_tone_09_messages_are_short(template: str, language: str) -> None:
    prose = " ".join(sentences(text_about_one(template, language)))

    assert len(prose.split()) <= 180


THREAT = re.compile(
    "agency|lawyer|solicitor|court|legal|Inkasso|Anwalt|Gericht|gerichtlich"
)


@EACH
def test_tone_02_nobody_is_warned_of_what_is_not_planned(
    template: str, language: str
) -> None:
    made, of = about_one(template, language)
    of_standard = replace(made, policy=STANDARD, step=template)
    of_nowhere = replace(made, policy=PolicyRef("nowhere", 1))

    planned = THREAT.findall(message(of_standard, of, language).text)

    assert bool(planned) == (template == "final-notice")
    assert THREAT.findall(message(of_nowhere, of, language).text) == []


@pytest.mark.parametrize(
    ("country", "kinds", "said"),
    [
        ("GB", ("agency", "lawyer"), "to a collection agency or a solicitor."),
        ("GB", ("lawyer",), "to a solicitor."),
        ("US", ("agency", "lawyer"), "to a collection agency or a lawyer."),
        ("US", ("agency",), "to a collection agency."),
        ("DE", ("lawyer",), "to a lawyer."),
    ],
)
def test_tone_02_only_partners_of_ours_are_spoken_of(
    country: str, kinds: tuple[str, ...], said: str
) -> None:
    """The shipped policy names two; what they are is for the settings to say."""
    made, of = about_one("final-notice", "en")
    made = replace(made, policy=STANDARD, step="final-notice")
    settings = Settings(
        replace(LINDEN, country=country),
        people={"dana": DANA},
        partners={
            "northstar": Partner("northstar", kinds[0], "Northstar"),
            "kanzlei-roth": Partner("kanzlei-roth", kinds[-1], "Roth"),
        },
    )
    found, _ = render(shipped()[0], made, of, settings, TODAY, shipped_book()[0])
    assert found is not None
    assert f"handing the matter {said}" in " ".join(found.text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_p35_a_word_of_thanks_asks_for_nothing(language: str) -> None:
    text = text_about_one("thank-you", language)

    assert re.findall(r"IBAN|€|\boffen\b|\bopen\b|pay_url|https?:", text) == []


@EACH
def test_law_16_a_subject_names_no_amount(template: str, language: str) -> None:
    for about in (about_one, about_many):
        made, of = about(template, language)

        assert not re.search(r"[€$]|\d[.,]\d\d", message(made, of, language).subject)


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_08_a_letter_names_the_day_that_its_policy_leaves(language: str) -> None:
    """After both letters the next step may follow 14 days later, on 2026-12-04."""
    day = {"en": "3 December 2026", "de": "3. Dezember 2026"}[language]

    for template in LETTERS:
        made, of = about_one(template, language)

        assert day in flat(message(replace(made, step=template), of, language).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_p11_a_brief_is_one_page_with_what_a_caller_needs(language: str) -> None:
    made, of = about_one("call-brief", language)
    text = message(made, of, language).text

    for needed in (
        "+49 30 1234567",
        "Founder is an old friend of the house.",
        "Their bank changed; payment run on the 4th.",
        "690,00 €" if language == "de" else "€690.00",
        "230,00 €" if language == "de" else "€230.00",
        "goodterms record call acme-gmbh --by dana --outcome",
        "goodterms record promise acme-gmbh --by dana --pay-by",
    ):
        assert needed in flat(text)
    assert len(text.splitlines()) <= 66


@pytest.mark.parametrize("language", LANGUAGES)
def test_p19_a_partner_is_briefed_and_told_nothing_private(language: str) -> None:
    made, of = about_many("placement", language)
    text = message(made, of, language).text

    assert "Hauptstr. 1" in text
    assert ("3.026,99 €" if language == "de" else "€3,026.99") in text
    assert "old friend" not in text
    assert "Their bank" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_invoices_stand_in_the_order_of_their_due_dates(language: str) -> None:
    """Whether a message takes a step for them or only shows them."""
    of = _acme(language, ONE, TWO, ABROAD)
    made = action(
        "formal-letter",
        of,
        invoices=(line(ABROAD), line(ONE)),
        listed=(line(TWO),),
        totals=sums([ONE.total, TWO.total, ABROAD.total]),
        **_kind("formal-letter"),
    )
    text = message(made, of, language).text
    table = re.findall(r"^INV-\S+", text, re.MULTILINE)
    quoted = next(row for row in text.splitlines() if "RF18" in row)
    assert table[:3] == [ONE.id, TWO.id, ABROAD.id]
    assert quoted.index("RF18") < quoted.index(TWO.id) < quoted.index(ABROAD.id)


@EACH
def test_a_signature_says_nothing_twice(template: str, language: str) -> None:
    """Of an account without an owner the firm signs, whose footer has the rest."""
    made, of = about_one(template, language)
    if template in INWARD:
        return
    firm = replace(of, profile=replace(of.profile, owner=None))
    text = message(replace(made, owner=None), firm, language).text
    assert LINDEN.phone
    assert text.count(LINDEN.phone) == 1
    assert text.count(LINDEN.email) == 1


@pytest.mark.parametrize(
    ("language", "alone", "nobody", "missing"),
    [
        ("en", "Please call", "Linden & Partner GmbH, please", "We have no phone"),
        ("de", "Bitte rufen Sie", "Linden & Partner GmbH, bitte", "Eine Telefonnummer"),
    ],
)
def test_a_brief_for_nobody_about_nobodys_number_says_so(
    language: str, alone: str, nobody: str, missing: str
) -> None:
    made, of = about_one("call-brief", language)
    assert missing not in message(made, of, language).text
    contacts = tuple(replace(each, phone=None) for each in of.profile.contacts)
    bare = replace(of, profile=replace(of.profile, owner=None, contacts=contacts))
    text = " ".join(message(replace(made, owner=None), bare, language).text.split())
    assert alone in text
    assert nobody not in text
    assert missing in text
    assert "ledger/acme-gmbh/account.yaml" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "to be looked at by 5 Dec 2026"), ("de", "zu prüfen bis 05.12.2026")],
)
def test_a_review_is_no_end_of_a_dispute(language: str, said: str) -> None:
    made, of = about_one("call-brief", language)
    on = date(2026, 11, 5)
    dispute = Dispute(id="d", on=on, by="dana", review_by=date(2026, 12, 5))
    text = message(made, replace(of, records=(dispute,)), language).text
    assert said in " ".join(text.split())


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="no browser here prints")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_about_three_invoices_is_printed_on_one_page(
    tmp_path: Path, language: str
) -> None:
    of = _acme(language, ONE, TWO, replace(TWO, id="INV-2026-0063"))
    total = sums(each.total for each in of.invoices)
    made = action("formal-letter", of, totals=total, **_kind("formal-letter"))
    page, printed = tmp_path / "letter.html", tmp_path / "letter.pdf"
    page.write_text(message(made, of, language).html, encoding="utf-8")
    how = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    told = [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={printed}"]
    command = [str(BROWSER), *how, *told, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes())) == 1
