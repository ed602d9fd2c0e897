"""No template and no condition takes long or grows large: it is refused in words."""

import time
from decimal import Decimal

import pytest

from goodterms.conditions.expressions import (
    VOCABULARY,
    ExpressionError,
    compile_condition,
)
from goodterms.model.policy import ConditionError
from goodterms.model.problem import Problem
from goodterms.render import check_templates
from tests.support.sample_messages import SETTINGS, template, templates

SECONDS = 2
TEXT = "a" * 50_000
SET = "{% set t = 'TEXT' %}".replace("TEXT", TEXT)
#: Doubles a text thirty times.
DOUBLED = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = OF %}" * 30 + "{{ a }}"

REFUSED = [
    ("{{ 'a' * 10**9 }}", "'**' is not available in a template"),
    ("{{ 'a' * 1000000000 }}", "'*' calculates with numbers only, not with a text"),
    ("{{ 1000000000 * 'a' }}", "'*' calculates with numbers only, not with a text"),
    ("{{ [1] * 1000000000 }}", "'*' calculates with numbers only, not with a list"),
    ("{{ '%2000000000d' % 1 }}", "'%' calculates with numbers only, not with a text"),
    ("{{ 'a'.ljust(2000000000) }}", "'ljust' cannot be called"),
    ("{{ 'a'.center(2000000000) }}", "'center' cannot be called"),
    ("{{ 'a'.zfill(2000000000) }}", "'zfill' cannot be called"),
    ("{{ '\\t'.expandtabs(2000000000) }}", "'expandtabs' cannot be called"),
    ("{{ 'a'.translate({97: 'b'}) }}", "'translate' cannot be called"),
    ("{{ 'a'.replace('a', 'b') }}", "'replace' cannot be called"),
    ("{{ 'a'.join(['b', 'c']) }}", "'join' cannot be called"),
    ("{{ '{:>2000000000}'.format(1) }}", "'format' cannot be called"),
    ("{{ (1).to_bytes(2000000000) }}", "'to_bytes' cannot be called"),
    ("{{ 'a'['ljust'](2000000000) }}", "'this' cannot be called in a template"),
    ("{% for x in range(100000) %}{% endfor %}", "'range' cannot be called"),
    ("{{ lipsum(1000000) }}", "'lipsum' cannot be called"),
    ("{{ namespace() }}", "'namespace' cannot be called"),
    *(
        (f"{{{{ 'a' | {name} }}}}", f"unknown filter '{name.partition('(')[0]}'")
        for name in (
            "indent(2000000000)",
            "center(2000000000)",
            "wordwrap(1)",
            "batch(2000000000, 1)",
            "tojson(2000000000)",
            "xmlattr",
            "format(1)",
            "urlize",
            "slice(2000000000)",
        )
    ),
    ("{{ 1 | round(99999999, 'ceil') }}", "round takes up to 10 decimals"),
    ("{{ [1] | map('round', 99999999, 'ceil') | list }}", "round takes up to 10"),
    (f"{{{{ '{TEXT}' | replace('a', '{TEXT[:40_000]}') }}}}", "a text grows beyond"),
    (f"{{{{ '{TEXT}' | replace('', 'aaaaaaaaaa') }}}}", "a text grows beyond"),
    (f"{{{{ '{TEXT}' | list | join('aaaaaaaaaa') }}}}", "a text grows beyond"),
    (DOUBLED.replace("OF", "a ~ a"), "a text grows beyond"),
    (DOUBLED.replace("OF", "a + a"), "a text grows beyond"),
    (DOUBLED.replace("OF", "[a, a] | join"), "a text grows beyond"),
    (DOUBLED.replace("'aaaaaaaaaa'", "[1, 1]").replace("OF", "a + a"), "the list has"),
    (
        DOUBLED.replace("'aaaaaaaaaa'", "9").replace("OF", "a * a"),
        "number is too large",
    ),
    ("{{ [[1]] * 2 | sum(start=[]) }}", "sum adds numbers"),
    ("{{ [[1]] | sum(start=[]) }}", "sum adds numbers"),
    (f"{{{{ {'9' * 5000} }}}}", "limit"),
    (
        SET + "{% for a in t %}{% for b in t %}{% endfor %}{% endfor %}",
        "it takes more than",
    ),
    (
        SET + "{% for a in t %}{% if 'b' in t %}{% endif %}{% endfor %}",
        "it takes more than",
    ),
    (
        SET + "{% for a in t %}{% if t == t[1:] %}{% endif %}{% endfor %}",
        "it takes more than",
    ),
    (
        f"{{% set t = '{TEXT}' | list %}}{{{{ t | reject('in', t) | list | length }}}}",
        "it takes more than",
    ),
    (f"{{% for a in '{TEXT}' %}}{'long ' * 100}{{% endfor %}}", "it prints more than"),
    (f"{{% set t = '{TEXT}' %}}" + "{{ t }}" * 30, "it prints more than"),
    ("a" * 100_001, "it has more than 100,000 characters"),
    ("{% if a %}" * 300 + "{% endif %}" * 300, "nested"),
    (f"{{{{ {'(' * 5000}1{')' * 5000} }}}}", "nested too deep"),
]


def said(source: str, **partials: str) -> list[Problem]:
    """Check a template, within the time."""
    began = time.process_time()
    found = check_templates(templates({**template(source), **partials}), SETTINGS)
    assert time.process_time() - began < SECONDS
    return list(found)


@pytest.mark.parametrize(("source", "why"), REFUSED, ids=lambda text: text[:40])
def test_a_template_that_would_take_all_is_refused_in_words(
    source: str, why: str
) -> None:
    found = said(source)
    assert any(why in problem.what for problem in found), found
    assert all(problem.place.file.startswith("templates/") for problem in found)


def test_partials_that_include_each_other_again_and_again() -> None:
    twice = "{% include '_NEXT.md.j2' %}{% include '_NEXT.md.j2' %}"
    partials = {
        f"templates/en/_p{number}.md.j2": twice.replace("NEXT", f"p{number + 1}")
        for number in range(40)
    }
    partials["templates/en/_p40.md.j2"] = ""
    found = said("{% include '_p0.md.j2' %}", **partials)
    assert {problem.what for problem in found} == {"it takes more than 3,000,000 steps"}


@pytest.mark.parametrize(
    "source",
    [
        "{{ account.name.split(' ')[0] }}",
        "{{ (invoices | length) * 2 + 1 }}",
        "{{ 'a' + 'b' ~ 3 }}",
        "{% for each in invoices + listed %}{{ each.id }}{{ loop.index }}{% endfor %}",
        "{{ invoices | map(attribute='id') | join(', ') }}",
        "{{ invoices | sum(attribute='days_overdue') }}",
        "{{ 10 / 4 | round(2) }}",
        "{{ account.name | replace('GmbH', '') | truncate(20) }}",
        "{% if account.name.startswith('S') and 'a' in account.name %}x{% endif %}",
    ],
)
def test_what_a_message_needs_is_allowed(source: str) -> None:
    assert said(source) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("10**99999999 > 0", "does more than compare and calculate ('pow')"),
        ("balance|round(99999999, 'ceil') > 0", "round takes up to 10 decimals"),
        ("balance|round(-99999999) > 0", "round takes up to 10 decimals"),
        ("'a' * 1000000000 == 'a'", "is no number"),
        ("[1] * 1000000000 == 1", "is no number"),
        ("'%2000000000d' % 1 == 'a'", "is no number"),
        ("'a'.ljust(2000000000) == 'a'", "does more than compare"),
        ("currency|center(2000000000) == 'a'", "unknown filter 'center'"),
        (f"{'1 + ' * 3000} 1 > 0", "more than 10,000 characters"),
        (f"{'9' * 5000} > 0", "cannot be read"),
        ("(" * 900 + "1" + ")" * 900, "nested too deep"),
    ],
    ids=lambda text: text[:40],
)
def test_a_condition_that_would_take_all_is_refused_in_words(
    source: str, why: str
) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError) as refused:
        compile_condition(source)
    assert why in str(refused.value)
    assert time.process_time() - began < SECONDS


def test_a_number_that_grows_too_large_on_the_day_is_an_error() -> None:
    grown = compile_condition(" * ".join(["balance"] * 100) + " > 0")
    with pytest.raises(ConditionError, match="a number is too large"):
        grown.holds({**VOCABULARY, "balance": Decimal("1e99999")})


def test_every_fault_of_a_template_is_told_at_once() -> None:
    lines = (
        "{{ days }}",
        "{{ 'a' | nope }}",
        "{{ 'a'.ljust(1) }}",
        "{% macro x() %}{% endmacro %}",
        "{{ year }}",
    )
    found = said("\n".join(lines))
    told = [(each.place.line, each.what.partition(" is ")[0]) for each in found]
    assert told == [
        (4, "'days'"),
        (5, "unknown filter 'nope'"),
        (6, "'ljust' cannot be called"),
        (7, "{% macro %}"),
        (8, "'year'"),
    ]


def test_every_unknown_part_is_told_at_once_wherever_it_stands() -> None:
    lines = (
        "{{ creditor.phne }}",
        "{% if account.notes %}{{ owner.nmae }}{% endif %}",
        "{% for each in invoices %}{{ each.ammount }}{{ each.open }}{% endfor %}",
        "{% if owner.fax is defined %}{{ contact.fax | default('') }}{% endif %}",
        "{% set account = 'a' %}{{ account.anything | default('') }}",
    )
    told = [(each.place.line, each.what) for each in said("\n".join(lines))]
    assert told == [
        (4, "'creditor.phne' is undefined; did you mean 'phone'?"),
        (5, "'owner.nmae' is undefined; did you mean 'name'?"),
        (6, "'invoice.ammount' is undefined"),
    ]
