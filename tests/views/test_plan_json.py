"""A plan as JSON: the example of the design, and what else an action can say."""

import json

from jsonschema import Draft7Validator

from goodterms.decision.plan import plan
from goodterms.schemas import schema
from goodterms.views.plan_json import action_json, to_json, to_text
from tests.support.factory import account, cash, invoice, plan_on, rules_on, sent
from tests.support.generated_ledgers import play


def test_the_action_of_the_design() -> None:
    at = account(invoice("INV-2026-0042"), name="acme-gmbh")

    action = action_json(plan_on(at, "2026-10-08").actions[0])

    expected = {
        "id": "acme-gmbh/2026-10-08-friendly-reminder",
        "kind": "send",
        "account": "acme-gmbh",
        "step": "friendly-reminder",
        "policy": "standard@3",
        "channel": "email",
        "tone": "warm",
        "to": "ap@acme.example",
        "totals": {"EUR": "1190.00"},
        "invoices": [
            {
                "id": "INV-2026-0042",
                "currency": "EUR",
                "open": "1190.00",
                "days_overdue": 7,
                "step": "friendly-reminder",
            }
        ],
        "listed": [],
    }
    assert {key: action[key] for key in expected} == expected
    assert list(action)[: len(expected) + 1] == [*expected, "why"]
    why = str(action["why"])
    assert "7 days overdue" in why
    assert "is due from 2026-10-08" in why


def test_a_document_has_these_parts_in_this_order() -> None:
    rules = rules_on("2026-10-08")
    document = to_json(plan([account()], rules), rules.book.templates)

    stated = ["as_of", "digest", "actions", "waiting", "problems"]
    assert list(document) == [*stated, "customers"]
    assert document["customers"] == {"acme": "ACME GmbH"}
    assert json.loads(to_text(document)) == document
    assert to_text(document).endswith("}\n")


def test_amounts_are_texts_with_the_currencys_own_decimals() -> None:
    at = account(
        invoice("INV-1", total="1190", currency="JPY"),
        invoice("INV-2", total="1190.000", currency="KWD"),
        records=[cash("2026-10-01", "7", "JPY")],
    )

    action = action_json(plan_on(at, "2026-10-08").actions[0])

    assert action["totals"] == {"JPY": "1183", "KWD": "1190.000"}
    assert action["deductions"] == {"JPY": "7"}


def test_one_problem_of_one_account_leaves_the_others_alone() -> None:
    rules = rules_on("2026-10-08")
    broken = account(invoice("INV-9"), name="broken", segment="unknown")

    document = json.loads(to_text(to_json(plan([broken, account()], rules))))

    assert [problem["file"] for problem in document["problems"]] == [
        "ledger/broken/account.yaml"
    ]
    assert [action["account"] for action in document["actions"]] == ["acme"]


def test_every_played_plan_is_as_its_schema_says() -> None:
    validator = Draft7Validator(schema("plan"))
    for seed in range(12):
        for turn in play(seed)[::4]:
            found = to_json(plan([turn.before], turn.rules))
            assert [*validator.iter_errors(found)] == []


def test_a_retry_says_so() -> None:
    failed = sent("2026-10-08", "friendly-reminder", state="failed")

    action = action_json(plan_on(account(journal=[failed]), "2026-10-09").actions[0])

    assert action["retry"] is True
