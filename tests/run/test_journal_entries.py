"""What an action becomes in a journal."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from goodterms.load import load_journal
from goodterms.model.journal import EntryTime, JournalDocument
from goodterms.model.money import parse_amount, zero
from goodterms.model.plan import Action, ActionKind, Charge, ConcreteOffer, InvoiceLine
from goodterms.model.policy_ref import PolicyRef
from goodterms.run.journal_entries import (
    claim,
    outcome,
    proposal,
    refreshed,
    settled,
    written_down,
)
from goodterms.yaml.ledger_documents import entry_document, journal_text

WHEN = EntryTime(date(2026, 10, 8), datetime(2026, 10, 8, 7, 12, 3, tzinfo=UTC))
THREE, FOUR = PolicyRef("standard", 3), PolicyRef("standard", 4)


def line(id_: str, policy: PolicyRef = THREE) -> InvoiceLine:
    amount = parse_amount("10.00", "EUR")
    return InvoiceLine(id_, amount, amount, date(2026, 10, 1), 7, "reminder", policy)


ACTION = Action(
    id="acme/2026-10-08-reminder",
    kind="send",
    account="acme",
    step="reminder",
    policy=THREE,
    channel="email",
    to="ap@acme.example",
    totals=(parse_amount("30.00", "EUR"), parse_amount("5", "JPY")),
    invoices=(line("INV-1"), line("INV-2", FOUR)),
    listed=(line("INV-3"),),
    why=("7 days overdue",),
)


def keys(document: JournalDocument) -> dict[str, object]:
    """Return what the journal says, dates as texts."""
    told = entry_document(document)
    return {key: _text(value) for key, value in told.items()}


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def test_a_claim() -> None:
    assert keys(claim(ACTION, WHEN, "7f3a", "sha256:9f")) == {
        "id": "2026-10-08-reminder",
        "on": "2026-10-08",
        "kind": "send",
        "state": "claimed",
        "step": "reminder",
        "policy": "standard@3",
        "channel": "email",
        "to": "ap@acme.example",
        "invoices": [
            {"id": "INV-1", "step": "reminder", "open": "10.00"},
            {
                "id": "INV-2",
                "step": "reminder",
                "open": "10.00",
                "policy": "standard@4",
            },
        ],
        "listed": [{"id": "INV-3", "step": "reminder", "open": "10.00"}],
        "totals": {"EUR": "30.00", "JPY": "5"},
        "message": "sha256:9f",
        "run": "7f3a",
        "why": ["7 days overdue"],
        "at": "2026-10-08T07:12:03Z",
    }


def test_what_a_claim_and_nothing_else_says_of_charges() -> None:
    """A proposal claims nothing: what it will claim is computed on sending."""
    since, until = date(2026, 10, 2), WHEN.day
    interest, fixed = parse_amount("12.66", "EUR"), parse_amount("40.00", "EUR")
    made = replace(
        ACTION,
        charges=(
            Charge("INV-1", interest, fixed, since, until),
            Charge("INV-3", parse_amount("5", "JPY"), zero("JPY"), since, until),
        ),
    )
    document = claim(made, WHEN, "7f3a", "sha256:9f")
    asked = replace(made, kind="propose", expires=WHEN.day, facts="sha256:aa")

    assert keys(document)["charges"] == [
        {"invoice": "INV-1", "interest": "12.66", "compensation": "40.00"},
        {"invoice": "INV-3", "interest": "5", "compensation": "0"},
    ]
    assert proposal(asked, WHEN, "c0ffee").charges is None
    text = journal_text([document]).encode()
    assert load_journal(text, "j.yaml", "Europe/Berlin") == ((document,), ())


def test_an_offer_and_who_it_carries_out() -> None:
    offer = ConcreteOffer(
        "settle", "discount", date(2026, 10, 22), (parse_amount("9.00", "EUR"),)
    )
    made = replace(ACTION, offer=offer, decision="2026-10-01-triage", choose="settle")
    told = keys(claim(made, WHEN, "7f3a", "sha256:9f"))
    assert told["offer"] == "settle"
    assert told["valid_until"] == "2026-10-22"
    assert (told["decision"], told["choose"]) == ("2026-10-01-triage", "settle")


@pytest.mark.parametrize(
    ("kind", "amount"), [("hold", None), ("release", None), ("write-off", "10.00")]
)
def test_what_is_done_by_being_written_down(
    kind: ActionKind, amount: str | None
) -> None:
    document = written_down(replace(ACTION, kind=kind, channel=None, to=None), WHEN)
    assert (document.kind, document.state) == (kind, "sent")
    assert document.invoices
    assert {row.amount for row in document.invoices} == {amount}


def test_a_proposal_says_what_is_asked_and_where() -> None:
    made = replace(
        ACTION, kind="propose", expires=date(2026, 10, 22), facts="sha256:aa"
    )
    told = keys(proposal(made, WHEN, "c0ffee"))
    assert told["state"] == "proposed"
    assert told["expires"] == "2026-10-22"
    assert (told["facts"], told["commit"]) == ("sha256:aa", "c0ffee")
    assert "channel" not in told
    assert "listed" not in told


def test_a_refreshed_proposal_keeps_its_id_and_day() -> None:
    made = replace(
        ACTION,
        kind="propose",
        decision="2026-10-01-reminder",
        invoices=(),
        expires=date(2026, 10, 15),
        facts="sha256:bb",
    )
    document = refreshed(made, WHEN, "beef")
    assert (document.id, document.on) == ("2026-10-01-reminder", None)
    assert (document.facts, document.commit) == ("sha256:bb", "beef")
    assert document.invoices
    assert [row.id for row in document.invoices] == ["INV-3"]


def test_what_became_of_things() -> None:
    assert keys(settled("2026-10-01-x", "approved", WHEN, by=["dana"], choose="y")) == {
        "id": "2026-10-01-x",
        "state": "approved",
        "at": "2026-10-08T07:12:03Z",
        "choose": "y",
        "by": ["dana"],
    }
    assert keys(outcome("2026-10-01-x", "failed", WHEN, error="no route")) == {
        "id": "2026-10-01-x",
        "state": "failed",
        "at": "2026-10-08T07:12:03Z",
        "error": "no route",
    }


def test_all_of_it_reads_back() -> None:
    asked = replace(
        ACTION,
        id="acme/2026-10-08-notice",
        kind="propose",
        expires=date(2026, 10, 22),
        facts="sha256:aa",
    )
    documents = (
        claim(ACTION, WHEN, "7f3a", "sha256:9f"),
        outcome(ACTION.entry, "sent", WHEN),
        proposal(asked, WHEN, "c0ffee"),
        refreshed(replace(asked, decision=asked.entry), WHEN, "beef"),
        settled(asked.entry, "void", WHEN, why=["paid"]),
    )
    text = journal_text(documents).encode()
    assert load_journal(text, "j.yaml", "Europe/Berlin") == (documents, ())
