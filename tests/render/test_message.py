"""From an action to what its reader gets."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.model.journal import JournalDocument
from goodterms.model.ledger import Account, Contact
from goodterms.model.money import Money
from goodterms.model.plan import Action
from goodterms.model.policy import Offer, Policy, PolicyBook, Remedy, Step
from goodterms.model.problem import Problem
from goodterms.model.records import Note
from goodterms.model.settings import Partner, Settings
from goodterms.render import RenderedMessage, document, record_text, render
from goodterms.render.template_values import Absent
from tests.render.test_markup import HOSTILE_TEXT, tags
from tests.support.sample_messages import (
    DANA,
    DISCOUNT,
    INSTALMENTS,
    LINDEN,
    NO_BOOK,
    PAST,
    PETRA,
    SETTINGS,
    STANDARD,
    TODAY,
    account,
    action,
    invoice,
    line,
    money,
    rendered,
    template,
    templates,
    tried,
)

ACME = account()
LADDER = Policy(
    name="standard",
    version=1,
    effective=date(2024, 1, 1),
    ladder=(
        Step("note", 0, 7, wait=15, offer="three"),
        Step("call", 1, 21, lapse=10),
        Step("triage", 2, 90, choose=(Remedy("agency", place_with="north"),)),
    ),
    offers={
        "three": Offer("three", "discount", 14, percent=INSTALMENTS.pay[0].amount / 69)
    },
)
BOOK = PolicyBook({STANDARD: LADDER})


def body(message: RenderedMessage) -> str:
    """Return the text of an e-mail without its signature."""
    return message.text.partition("\n\n-- \n")[0]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ creditor }}, {{ creditor.country }}", "Linden & Partner GmbH, DE"),
        ("{{ creditor.iban }}", "DE02 1203 0000 0000 2020 51"),
        ("{{ creditor.address | join(', ') }}", "Lindenallee 4, 10119 Berlin"),
        ("{{ account }} {{ account.id }}", "ACME GmbH acme-gmbh"),
        ("{{ account.segment }}", "standard"),
        ("{{ contact.name }}, {{ contact.role }}", "Petra Vogel, accounts-payable"),
        ("{{ owner }}, {{ owner.phone }}", "Dana Lindqvist, +49 30 555 0111"),
        ("{{ owner.key }}", "dana"),
        ("{{ invoices[0].open }}", "1.190,00 €"),
        ("{{ invoices[0].currency }}", "EUR"),
        ("{{ invoices[0].open.currency }}", "EUR"),
        ("{{ invoices[0].total }}", "1.190,00 €"),
        ("{{ invoices[0].due }}", "1 October 2026"),
        ("{{ invoices[0].due.short }}", "1 Oct 2026"),
        ("{{ invoices[0].issued }}", "1 September 2026"),
        ("{{ invoices[0].days_overdue }}", "50"),
        ("{{ invoices[0].step }}", "some-step"),
        ("{{ listed | length }} {{ charges | length }}", "0 0"),
        ("{{ totals }}", "1.190,00 €"),
        ("{% if deductions %}a{% else %}b{% endif %}", "b"),
        ("{{ step }}, {{ step.name }}, {{ step.tone }}", "note, note, warm"),
        ("{% if step == 'note' %}a{% endif %}", "a"),
        ("{% if step.deadline %}a{% else %}b{% endif %}", "b"),
        ("{{ as_of }}", "20 November 2026"),
        ("{% if offer %}a{% else %}b{% endif %}", "b"),
        ("{% for part in offer.parts %}a{% else %}b{% endfor %}", "b"),
        ("{{ offer.parts | length }}", "0"),
        ("{{ 'a' ~ account.name ~ 'b' }}", "aACME GmbHb"),
    ],
)
def test_variable(source: str, shown: str) -> None:
    assert body(rendered(template(source), ACME)) == shown


@pytest.mark.parametrize(
    ("source", "offer", "shown"),
    [
        ("{{ offer }} {{ offer.pay }}", INSTALMENTS, "three-instalments 690,00 €"),
        ("{{ offer.parts[2].due }}", INSTALMENTS, "27 January 2027"),
        ("{{ offer.parts[2].amount }}", INSTALMENTS, "230,00 €"),
        ("{{ offer.percent }}", DISCOUNT, "10 %"),
        ("{{ offer.valid_until }}", DISCOUNT, "4 December 2026"),
    ],
)
def test_offer(source: str, offer: object, shown: str) -> None:
    assert body(rendered(template(source), ACME, offer=offer)) == shown


def test_each_currency_has_its_total() -> None:
    both = (money("690.00"), money("640.00", "USD"))

    shown = body(rendered(template("{{ totals }}"), ACME, totals=both))

    assert shown == "690,00 € and 640,00 US$"


def test_what_was_paid_is_what_is_no_longer_open() -> None:
    part_paid = line(invoice(), money("690.00"))
    source = template(
        "{{ invoices[0].open }} of {{ invoices[0].total }},"
        " {{ invoices[0].paid }} is paid"
    )

    shown = body(rendered(source, ACME, invoices=(part_paid,)))

    assert shown == "690,00 € of 1.190,00 €, 500,00 € is paid"


def test_an_invoice_without_its_file_is_shown_by_its_line() -> None:
    source = template("{{ invoices[0].open }}{% if invoices[0].total %}!{% endif %}")

    assert body(rendered(source, ACME, invoices=(line(invoice("X")),))) == "1.190,00 €"


def test_nouns_are_compared_and_counted_by_what_they_print() -> None:
    two = account(invoice("INV-1"), invoice("INV-2"))
    source = template(
        "{{ (invoices + invoices) | unique | join(', ') }}"
        "{% if invoices[0] != invoices[1] %}!{% endif %}"
    )

    assert body(rendered(source, two)) == "INV-1, INV-2!"


def test_what_is_absent_passes_for_nothing_else() -> None:
    absent = Absent("offer")

    assert (bool(absent), list(absent), len(absent)) == (False, [], 0)
    assert not hasattr(absent, "__html__")


def test_a_creditor_reference_is_grouped_and_any_other_is_as_it_is() -> None:
    of = account(
        invoice("INV-1", reference="RF18539007547034"),
        invoice("INV-2", reference="KD 4711"),
    )

    shown = body(rendered(template("{{ invoices | join(', ', 'reference') }}"), of))

    assert shown == "RF18 5390 0754 7034, KD 4711"


def test_without_an_owner_the_firm_signs() -> None:
    of = account(owner=None)

    message = rendered(template("{{ owner }} {{ owner.email }}"), of, owner=None)

    assert body(message) == "Linden & Partner GmbH accounts@linden.example"


def test_figures_follow_the_customer() -> None:
    source = template("{{ totals }} by {{ as_of }}")
    british = account(country="GB")
    swiss = {"templates/de/note.md.j2": source["templates/en/note.md.j2"]}

    assert body(rendered(source, british)) == "€1,190.00 by 20 November 2026"
    assert body(rendered(swiss, account(language="de", country="CH"))) == (
        "EUR 1’190.00 by 20. November 2026"  # noqa: RUF001 - how the Swiss group
    )


def test_a_customer_of_another_language_hears_ours_with_its_own_figures() -> None:
    message = rendered(template("{{ totals }}, {{ as_of }}"), account(language="fr"))

    assert message.language == "en"
    assert body(message) == "1.190,00 €, 20 November 2026"


@pytest.mark.parametrize(("kind", "language"), [("send", "de"), ("call", "en")])
def test_what_is_for_us_is_in_our_language(kind: str, language: str) -> None:
    files = template("x") | {"templates/de/note.md.j2": "---\nsubject: A\n---\nx"}

    message = rendered(files, account(language="de"), kind=kind)

    assert message.language == language
    assert f'<html lang="{language}" dir="ltr">' in message.html


POLICY_SAYS = "{{ step.deadline }}|{% if step.may_place %}may place{% endif %}"


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("note", "4 December 2026|may place"),
        ("triage", "|"),
        ("unknown", "|"),
    ],
)
def test_what_the_policy_says_of_a_step(step: str, shown: str) -> None:
    """2026-12-05, 15 days later, is a Saturday; the Friday before it is the last."""
    source = POLICY_SAYS.replace("{{", "{% if step.deadline %}{{").replace(
        "}}", "}}{% endif %}"
    )
    found = templates(template(source))

    message, problems = render(
        found, action("note", ACME, step=step), ACME, SETTINGS, TODAY, BOOK
    )

    assert problems == ()
    assert message is not None
    assert body(message) == shown


def test_a_call_knows_until_when_and_what_may_be_offered() -> None:
    source = (
        "{{ step.lapses }}: {% for each in step.offers %}{{ each.pay }}{% endfor %}"
    )
    call = action("note", ACME, step="call", channel="phone", kind="call")

    message, _ = render(templates(template(source)), call, ACME, SETTINGS, TODAY, BOOK)

    assert message is not None
    assert message.text.splitlines()[-1] == "30 November 2026: €1,071.00"


HISTORY = (
    "{% for event in account.history %}{{ event.on.short }} {{ event.kind }}"
    "{% if event.step %} {{ event.step }}{% endif %}"
    "{% if event.until %} {{ event.until.short }}{% endif %}"
    "{% if event.outcome %} {{ event.outcome }}{% endif %}; {% endfor %}"
)


def test_history_is_what_has_happened_newest_first() -> None:
    sent = JournalDocument(
        id="2026-10-08-first",
        day=date(2026, 10, 8),
        on=date(2026, 10, 8),
        kind="send",
        state="sent",
        step="first",
    )
    failed = replace(sent, id="2026-10-09-first", state="failed")
    asked = replace(sent, id="2026-10-10-first", kind="propose", state="proposed")
    later = Note(id="2026-11-21-note", on=date(2026, 11, 21), by="dana")
    of = replace(ACME, records=(*PAST, later), journal=(sent, failed, asked))

    assert body(rendered(template(HISTORY), of)).replace("\n", " ") == (
        "2 Nov 2026 call voicemail; 22 Oct 2026 promise 5 Nov 2026;"
        " 8 Oct 2026 send first;"
    )


def test_history_is_brief() -> None:
    notes = [Note(id=f"n{n}", on=date(2026, 10, n), by="x") for n in range(1, 21)]
    of = replace(ACME, records=tuple(notes))

    assert body(rendered(template("{{ account.history | length }}"), of)) == "8"


@pytest.mark.parametrize(
    ("changes", "contact"),
    [
        ({"contact": None}, "Jens Brandt"),
        ({"contact": None, "channel": "phone", "kind": "call"}, "Petra Vogel"),
        ({"contact": None, "kind": "place", "partner": "roth"}, "Kanzlei Roth"),
        ({"contact": Contact("Ann")}, "Ann"),
    ],
)
def test_addressee(changes: dict[str, object], contact: str) -> None:
    jens = Contact("Jens Brandt", email="jb@acme.example")
    of = account(contacts=(jens, PETRA))
    partner = Partner("roth", "lawyer", "Kanzlei Roth", "post@roth.example")
    settings = Settings(LINDEN, people={"dana": DANA}, partners={"roth": partner})
    found = templates(template("{{ contact.name }}"), settings)

    message, _ = render(
        found, action("note", of, **changes), of, settings, TODAY, NO_BOOK
    )

    assert message is not None
    assert contact in message.text


def refused(of: Account, **changes: object) -> list[str]:
    """Say why a message about nothing in particular is not rendered."""
    message, problems = tried(template("Hello"), of, **changes)
    assert message is None
    return [str(problem) for problem in problems]


def test_no_template_of_that_name() -> None:
    assert refused(account(language="de"), template="nope") == [
        (
            "templates/de/nope.md.j2: error: there is no template 'nope';"
            " did you mean 'note'?"
        )
    ]


def test_a_step_without_a_template() -> None:
    assert refused(ACME, template=None, step="triage") == [
        "ledger/acme-gmbh: error: 'triage' has no template"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "müller@acme.example",
        "ap@exämple.org",
        "a@acme.example, b@acme.example",
        "Petra <ap@acme.example>",
        "ap@acme.example\nBcc: x@evil.example",
        "ap@localhost",
        "ap",
        "",
        "a" * 250 + "@acme.example",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    shown = address.replace("\n", "\ufffd")  # a problem is one line
    assert refused(ACME, to=address) == [
        (
            f"ledger/acme-gmbh/account.yaml: error: '{shown}' is no plain ASCII"
            " e-mail address; write it like ap@acme.example"
        )
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//pay.example/1",
        "pay.example/1",
        "https://",
        "https://pay.example/a b",
        "https://pay.example/\n",
        "https://pay.example/<x>",
        "https://bank.example@evil.example/",
        "https://pay.example:x/",
        "ftp://pay.example/1",
    ],
)
def test_a_pay_url_that_is_none(url: str) -> None:
    shown = url.replace("\n", "\ufffd")
    assert refused(account(invoice(pay_url=url))) == [
        (
            f"ledger/acme-gmbh/invoices/INV-1.yaml: error: pay_url '{shown}'"
            " is no address on the web; write it like https://pay.example/1"
        )
    ]


def test_a_template_that_fails_says_nothing_at_all() -> None:
    message, problems = tried(template("Hello {{ offer.pay }}"), ACME)

    assert message is None
    assert problems == (
        Problem(
            problems[0].place,
            "'offer.pay' is empty here",
            "ask first: {% if offer.pay %}",
            rule="template",
        ),
    )
    assert str(problems[0].place) == "templates/en/note.md.j2:4"


def test_equal_messages_have_equal_hashes_and_no_others() -> None:
    hashes = [
        rendered(template(text, subject), ACME).message_hash
        for text, subject in [("a", "b"), ("a", "b"), ("a", "c"), ("b", "b")]
    ]

    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3
    assert re.fullmatch("sha256:[0-9a-f]{64}", hashes[0])


def test_an_email_ends_with_who_we_are() -> None:
    assert rendered(template("Hello"), ACME).text == (
        "Hello\n\n-- \nLinden & Partner GmbH\nLindenallee 4, 10119 Berlin\n"
        "+49 30 555 0100\naccounts@linden.example\n"
    )


def test_a_letter_has_a_head() -> None:
    assert rendered(template("Hello"), ACME, channel="letter").text == (
        "Linden & Partner GmbH\nLindenallee 4, 10119 Berlin\n"
        "+49 30 555 0100\naccounts@linden.example\n\n"
        "ACME GmbH\nPetra Vogel\nHauptstr. 1\n10115 Berlin\n\n"
        "20 November 2026\n\nA subject\n=========\n\nHello\n"
    )


def test_a_call_brief_has_its_title_and_no_signature() -> None:
    message = rendered(template("Hello"), ACME, channel="phone", kind="call")

    assert message.text == "A subject\n=========\n\nHello\n"


def test_a_text_message_is_nothing_but_its_text() -> None:
    assert rendered(template("Hello"), ACME, channel="sms").text == "Hello\n"


def test_a_page_fetches_nothing() -> None:
    html = rendered(template("# Hello\n\n[Pay](https://pay.example/1)"), ACME).html

    assert re.findall(r"(?:src|url|@import|<link|<img)", html) == []
    assert re.findall(r'https?://[^"]*', html) == ["https://pay.example/1"]


def test_documents() -> None:
    message = rendered(template("Hello"), ACME, channel="letter")

    assert document(message) == {".txt": message.text, ".html": message.html}


def test_the_record_of_a_message() -> None:
    message = rendered(template("Hello"), ACME)

    assert record_text(message, action("note", ACME)) == (
        "```text\nTo:      ap@acme.example\nChannel: email\nSubject: A subject\n\n"
        f"{message.text}```\n"
    )


@given(HOSTILE_TEXT | st.text("`~\n #", max_size=20))
def test_a_record_is_one_block_whatever_was_said(data: str) -> None:
    message = rendered(template("{{ account.notes or 1 }}"), account(notes=data))
    first, *lines = record_text(message, action("note", ACME)).splitlines()
    fence = first.removesuffix("text")

    assert set(fence) == {"`"}
    assert [n for n, each in enumerate(lines) if each.startswith(fence)] == [
        len(lines) - 1
    ]


def hostile_account(data: str) -> Account:
    """Return a customer who fills every field with the same words."""
    person = Contact(data, data, "ap@acme.example", data)
    return account(
        invoice(reference=data, purchase_order=data, pay_url="https://pay.example/1"),
        name=data,
        contacts=(person,),
        notes=data,
        address=(data, data),
        segment=data,
    )


EVERYTHING = """\
# {{ account.name }}

{{ contact.name }} **{{ account.notes }}** `{{ account.id }}`

| {{ account.segment }} | {{ invoices[0].reference }} |
|:--|--:|
| {{ contact.role }} | {{ invoices[0].purchase_order }} |

{% for line in account.address %}
- {{ line }}
{% endfor %}

[{{ contact.name }}]({{ invoices[0].pay_url }})
"""


@given(HOSTILE_TEXT.filter(bool))
@pytest.mark.parametrize("channel", ["email", "letter"])
def test_no_customer_changes_the_structure_of_a_page(channel: str, data: str) -> None:
    files = template(EVERYTHING, "For {{ account.name }}")
    of, plain = hostile_account(data), hostile_account("plain")

    message = rendered(files, of, channel=channel)

    assert tags(message.html) == tags(rendered(files, plain, channel=channel).html)
    assert len(message.subject.splitlines()) == 1


def test_rendering_is_pure() -> None:
    def once() -> tuple[RenderedMessage | None, tuple[Problem, ...]]:
        return tried(template(EVERYTHING), hostile_account("x"))

    assert once() == once()


def test_actions_without_invoices_are_rendered() -> None:
    empty: tuple[Money, ...] = ()
    thanks: Action = action("note", ACME, kind="thank", invoices=(), totals=empty)

    message, problems = render(
        templates(template("Thanks")), thanks, ACME, SETTINGS, TODAY, NO_BOOK
    )

    assert (message is not None, problems) == (True, ())


def test_a_customer_reads_the_number_that_is_printed_on_the_invoice() -> None:
    """No file can be called 2026/12; the customer knows it by no other number."""
    named = replace(ACME.invoices[0], number="2026/12")
    of = replace(ACME, invoices=(named, *ACME.invoices[1:]))

    message, problems = tried(template("Hello {{ invoices[0].id }}"), of)

    assert problems == ()
    assert message is not None
    assert "2026/12" in message.text
