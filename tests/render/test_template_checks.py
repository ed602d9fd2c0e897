"""What ``check`` says about the inside of a template."""

import pytest

from goodterms.model.settings import Settings
from goodterms.render import check_templates
from tests.support.sample_messages import LINDEN, SETTINGS, template, templates

NOTE = "templates/en/note.md.j2"


def said(files: dict[str, str]) -> list[str]:
    """List what is wrong, as a user reads it."""
    return [str(problem) for problem in check_templates(templates(files), SETTINGS)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "\nHello\n{{ days_late }}",
            ":6: error: 'days_late' is undefined",
            id="unknown name",
        ),
        pytest.param(
            "{{ total }}",
            ":4: error: 'total' is undefined; did you mean 'totals'?",
            id="a name nearly right",
        ),
        pytest.param(
            "{% if account.notes %}\n{{ totls }}\n{% endif %}",
            ":5: error: 'totls' is undefined; did you mean 'totals'?",
            id="an unknown name is found where it is never reached",
        ),
        pytest.param(
            "{{ creditor.phne }}",
            ":4: error: 'creditor.phne' is undefined; did you mean 'phone'?",
            id="unknown part",
        ),
        pytest.param(
            "{% for invoice in invoices %}\n{{ invoice.days_late }}\n{% endfor %}",
            ":5: error: 'invoice.days_late' is undefined",
            id="unknown part of an invoice",
        ),
        pytest.param(
            "{{ as_of.year }}",
            ":4: error: 'year' is undefined; known are 'date', 'figures', 'short'",
            id="unknown part of a date",
        ),
        pytest.param(
            "{{ invoices[7].id }}",
            ":4: error: tuple object has no element 7",
            id="unknown element",
        ),
        pytest.param(
            "{{ invoices[0].pay_url }}",
            ":4: error: 'invoice.pay_url' is empty here;"
            " ask first: {% if invoice.pay_url %}",
            id="what not every invoice has",
        ),
        pytest.param(
            "{{ account.notes.more }}",
            ":4: error: 'account.notes.more' is empty here;"
            " ask first: {% if account.notes.more %}",
            id="a part of what is not known",
        ),
        pytest.param(
            "{{ account.annual_value }}",
            ":4: error: there is no amount to print here; ask first",
            id="no amounts",
        ),
        pytest.param(
            "{{ account.contacts }}",
            ":4: error: a list is nothing to print; loop over it",
            id="a list",
        ),
        pytest.param(
            "{{ charges }}{{ offer.parts[0] }}",
            ":4: error: a list is nothing to print; loop over it",
            id="an empty list",
        ),
        pytest.param(
            "{{ offer.parts[0] }}",
            ":4: error: 'part' is nothing to print; print one of its parts",
            id="a noun without a name",
        ),
        pytest.param(
            "{{ none }}",
            ":4: error: 'None' is nothing to print; print a text, a number or a date",
            id="nothing",
        ),
        pytest.param(
            "{{ totals | length > 0 }}",
            ":4: error: 'True' is nothing to print; print a text, a number or a date",
            id="yes or no",
        ),
        pytest.param("{{ 1 / 0 }}", ":4: error: division by zero", id="arithmetic"),
        pytest.param(
            "{% if offer %}",
            ":4: error: {% if %} is never closed; close it with {% endif %}",
            id="unclosed tag",
        ),
        pytest.param(
            "{{ owner",
            ":4: error: unexpected end of template, expected '}}'",
            id="unclosed braces",
        ),
        pytest.param(
            "{% if %}{% endif %}",
            ":4: error: expected an expression, got '%}'",
            id="no condition",
        ),
        pytest.param(
            "{{ owner | uper }}",
            ":4: error: unknown filter 'uper'; did you mean 'upper'?",
            id="unknown filter",
        ),
        pytest.param(
            "{{ owner | safe }}",
            ":4: error: unknown filter 'safe'",
            id="no filter makes markup",
        ),
        pytest.param(
            "{% include '_statment.md.j2' %}",
            ":4: error: there is no partial '_statment.md.j2' in templates/en;"
            " partials are called _<name>.md.j2",
            id="unknown partial",
        ),
        pytest.param(
            "{% include '../../goodterms.yaml' %}",
            ":4: error: there is no partial '../../goodterms.yaml' in templates/en;"
            " partials are called _<name>.md.j2",
            id="no way out of the folder",
        ),
        pytest.param(
            "{% include owner.name %}",
            ":4: error: an include names its partial as a text;"
            " write {% include '_statement.md.j2' %}",
            id="partial by variable",
        ),
        pytest.param(
            "{{ account.__class__ }}",
            ":4: error: access to attribute '__class__' of 'View' object is unsafe",
            id="the sandbox",
        ),
        pytest.param(
            "{{ range(3) | length }}",
            ":4: error: 'range' cannot be called in a template;"
            " use its variables and filters",
            id="no functions",
        ),
        pytest.param(
            "[a](javascript:alert)",
            ": error: a link leads to 'javascript:alert';"
            " a link starts with https://, http:// or mailto:",
            id="a link into a script",
        ),
        pytest.param(
            "[a]({{ account.id }})",
            ": error: a link leads to 'sample-gmbh'; only a pay_url may be one",
            id="a link to a customer's words",
        ),
    ],
)
def test_mistake_in_a_body(body: str, expected: str) -> None:
    assert said(template(body))[0] == NOTE + expected


@pytest.mark.parametrize("tag", ["macro a()", "filter upper", "set a", "block a"])
def test_markup_is_never_handed_around(tag: str) -> None:
    word = tag.split(maxsplit=1)[0]
    name = {"set": "set … endset"}.get(word, word)

    assert said(template(f"{{% {tag} %}}{{% end{word} %}}")) == [
        (
            f"{NOTE}:4: error: {{% {name} %}} is not available in a template;"
            " put what is shared into a partial and include it"
        )
    ]


def test_mistake_in_a_subject() -> None:
    assert said(template("Hello", "About {{ contact.nmae }}")) == [
        f"{NOTE}:2: error: 'contact.nmae' is undefined; did you mean 'name'?"
    ]


@pytest.mark.parametrize(
    ("partial", "line", "what"),
    [
        ("Hello\n{{ totl }}", 2, "'totl' is undefined; did you mean 'totals'?"),
        ("\n\n{{ owner", 3, "unexpected end of template, expected '}}'"),
    ],
)
def test_mistake_in_a_partial(partial: str, line: int, what: str) -> None:
    files = template("{% include '_some.md.j2' %}")
    files["templates/en/_some.md.j2"] = partial

    assert said(files) == [f"templates/en/_some.md.j2:{line}: error: {what}"]


def test_mistake_in_a_partial_that_nobody_uses() -> None:
    files = {**template("Hello"), "templates/en/_some.md.j2": "{{ owner"}

    assert len(said(files)) == 1


def test_a_partial_sees_what_its_template_set() -> None:
    files = template("{% set word = 'x' %}\n{% include '_some.md.j2' %}")

    assert said({**files, "templates/en/_some.md.j2": "{{ word }}"}) == []


def test_each_mistake_is_said_once() -> None:
    files = template("{{ owner.nmae }}")
    files["templates/de/note.md.j2"] = "---\nsubject: A\n---\n{{ totls }}"

    assert [text.split(":")[0] for text in said(files)] == [
        "templates/de/note.md.j2",
        "templates/en/note.md.j2",
    ]


def test_a_name_without_a_text_in_our_language_is_a_warning() -> None:
    assert said({"templates/de/note.md.j2": "---\nsubject: A\n---\nHallo"}) == [
        (
            "templates/de/note.md.j2: warning: 'note' has no text in 'en';"
            " write templates/en/note.md.j2, which other languages fall back on"
        )
    ]


def test_templates_are_tried_under_our_own_settings() -> None:
    found = templates(template("{{ creditor.iban }}"))
    without_bank = Settings(type(LINDEN)("L", "DE", "Europe/Berlin", "a@b.example"))

    assert check_templates(found, SETTINGS) == ()
    assert [problem.what for problem in check_templates(found, without_bank)] == [
        "'creditor.iban' is empty here"
    ]
