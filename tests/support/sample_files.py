"""One valid file of every kind, with every key in it, and how each is read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from goodterms.conditions.expressions import compile_condition
from goodterms.load.finding import Finding
from goodterms.load.import_state import build_source, explain_source
from goodterms.load.invoice import build_invoice, explain_invoice
from goodterms.load.journal import (
    build_decision,
    build_journal,
    explain_decision,
    explain_journal,
)
from goodterms.load.jurisdiction import build_jurisdiction, explain_jurisdiction
from goodterms.load.policy import StepReader, build_policy
from goodterms.load.policy_checks import explain_policy
from goodterms.load.profile import build_profile, explain_profile
from goodterms.load.record import build_record, explain_record
from goodterms.load.settings import build_settings, explain_settings
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.record_fields import examples
from goodterms.model.records import KINDS, Record
from goodterms.model.settings import Creditor
from goodterms.yaml.events import Value
from goodterms.yaml.ledger_documents import document, record_document
from goodterms.yaml.restricted_reader import documents

CREDITOR = Creditor("Linden", "DE", "Europe/Berlin", "accounts@linden.example")
STANDARD = PolicyRef("standard", 3)

SETTINGS = """
creditor:
  name: Linden & Partner GmbH
  address: [Lindenallee 4, 10119 Berlin]
  country: DE
  timezone: Europe/Berlin
  language: en
  email: accounts@linden.example
  phone: "+49 30 555 0100"
  bank: {iban: DE02 1203 0000 0000 2020 51, bic: BYLADEM1001}
people:
  dana: {name: Dana Lindqvist, email: dana@linden.example, github: dana-lindqvist}
  omar: {name: Omar Haddad, email: omar@linden.example, github: ohaddad, phone: 110}
teams: {finance-leads: [dana, omar]}
partners:
  northstar: {kind: agency, name: Northstar, email: in@ns.example, fee_percent: 25}
  kanzlei-roth: {kind: lawyer, name: Kanzlei Roth, fee_percent: 12.5}
segments: {default: standard}
owner: dana
forge: local
channels: {email: outbox, letter: outbox, sms: outbox, phone: outbox}
brakes: {messages: 200, share: 0.3, proposals: 20, money: {EUR: "5000.00"}}
fresh: {payments: 4d}
mode: run
suspended: false
"""
BANKS = """
  bank:
    - {currency: GBP, sort_code: 60-16-13, account: 31926819,
       iban: GB29NWBK60161331926819}
    - {currency: USD, routing: 110000000, account: "000123456789", bic: BYLADEM1001}
    - {bsb: 062-000, account: 12345678}
    - {iban: DE02 1203 0000 0000 2020 51, bic: BYLADEM1001}
"""
ACCOUNT = """
name: ACME GmbH
segment: key
since: 2019-04-01
owner: dana
language: de
country: DE
timezone: Europe/Berlin
contacts:
  - {name: Petra Vogel, role: accounts-payable, email: ap@acme.example, phone: "+49 3"}
  - {name: Jens Brandt, role: management, email: jb@acme.example}
address: [Hauptstr. 1, 10115 Berlin]
channels: [email, phone, letter]
terms:
  {net_days: 30, credit_limit: {EUR: "20000.00"}, deposit_percent: 0, billing: monthly}
annual_value: {EUR: "120000.00", JPY: 1190}
policy: key-account
flags: [autopay, vulnerable]
consumer: true
notes: |
  Founder is an old friend of the house.
  Call before you write.
"""
INVOICE = """
issued: 2026-09-01
due: 2026-10-01
currency: EUR
total: "1190.00"
reference: RF18539007547034
purchase_order: 7781
pay_url: https://pay.example/INV-2026-0042
policy: standard@3
payments:
  - {on: 2026-10-20, amount: "500.00", reference: stmt 2026-10-20/17}
  - {on: 2026-10-21, amount: "-500.00", from: 2026-10-20-payment}
credits:
  - {on: 2026-10-25, amount: "90.00", reason: damaged goods, reference: CN-17}
  - {on: 2026-10-25, amount: "9.00", from: 2026-10-20-resolution, goodwill: true}
"""
JOURNAL = """
id: 2026-10-08-friendly-reminder
on: 2026-10-08
kind: send
state: claimed
step: friendly-reminder
policy: standard@3
channel: email
to: ap@acme.example
invoices:
  - {id: INV-2026-0042, step: friendly-reminder, open: "1190.00", policy: standard@2}
listed: [{id: INV-2026-0043, amount: "90.00"}]
totals: {EUR: "1190.00"}
charges: [{invoice: INV-2026-0042, interest: "12.66", compensation: "0.00"}]
message: sha256:9f2c
run: 7f3a
why: [7 days overdue]
facts: sha256:00
offer: three-instalments
valid_until: 2026-10-22
until: 2026-10-23
partner: northstar
---
id: 2026-10-08-friendly-reminder
state: sent
at: 2026-10-08T07:12:03Z
expires: 2026-10-20
choose: approve
decision: 2026-10-01-triage
by: [dana]
error: none
commit: 9f2c
proof:
  head: 0a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
  merge: 1a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
  blob: 2a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
  approvers: 3a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
  merged_at: 2026-10-08T07:12:03Z
  logins: 4a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
  pull: 12
  merged_by: 101
  reviews:
    - id: 9001
      user: 102
      commit: 0a6c6f7e6dd1b1a8a3c6dd8ff6b5f4d2c3b2a190
      at: 2026-10-08T07:12:03Z
---
id: 2026-10-09-friendly-reminder
on: 2026-10-09
kind: send
state: failed
"""
DECISION = """
id: 2026-11-30-final-notice
proposed: 2026-11-30
expires: 2026-12-14
step: final-notice
policy: standard@3
invoices: [{id: INV-2026-0042, open: "690.00"}]
choose: approve
facts: sha256:00
"""
SOURCE = "{kind: payments, until: 2026-11-19}"
JURISDICTION = """
jurisdiction: de
name: Germany
checked_on: 2026-11-20
source: BGB, section 288
notice: none
contacts: [{contacts: 3, per: 7d, channel: phone}]
interest:
  day_count: act/act
  rate_rule: on_payment
  rounding: daily
  rates:
    - {from: 2026-01-01, to: 2026-06-30, percent: 10.27, source: Bundesbank}
    - {from: 2026-07-01, to: 2026-12-31, percent: 10}
compensation: [{above: "0.00", amount: "40.00", currency: EUR}]
"""
POLICY = """
policy: standard
version: 3
effective: 2026-09-01
summary: Friendly first.
segments: [standard, new]
tolerance: {EUR: "5.00"}
calendar: {days: [mon, tue, wed, thu, fri], window: "08:00-18:00"}
limits:
  - {contacts: 1, per: 5d}
  - {contacts: 2, per: 7d, channel: phone}
pauses: {after_payment: 5d, promise_grace: 2d, promises: 2, resume_gap: 3d}
paid: {template: thank-you, channel: email}
ladder:
  - {step: note, at: due - 5d, until: due, channel: email, tone: warm, template: note}
  - {step: call, at: due + 21d, wait: 5d, channel: phone, tone: warm, template: brief,
     lapse: 10d, when: overdue >= 250 or segment == 'key'}
  - step: final-notice
    at: due + 60d
    wait: 14d
    channel: letter
    tone: final
    template: final-notice
    offer: settle-10
    charges: claim
    approval: {by: finance-leads, count: 1, expires: 14d}
  - step: triage
    at: due + 90d
    approval: {by: finance-leads, count: 2, expires: 21d}
    choose:
      ride-out: {pause: 30d}
      plan: {offer: three-instalments}
      agency: {place_with: northstar, credit_hold: true}
      write-off: {write_off: true}
    recommend:
      - {choose: ride-out, when: last_reply_days <= 30 and promises_broken == 0}
      - {choose: plan}
offers:
  three-instalments:
    {kind: instalments, count: 3, every: 1 month, first: 7d, valid: 14d}
  settle-10: {kind: discount, percent: 10, valid: 14d}
migrates: {from: [1, 2], steps: {reminder: note}}
"""
RECORDS = tuple(KINDS)


@dataclass(frozen=True)
class Sample:
    """A valid file, what builds its value and what explains it."""

    name: str
    raw: Value
    build: Callable[[Value], object]
    explain: Callable[[Value], Iterable[Finding]]


def record(kind: str) -> dict[str, Value]:
    """Return a valid record of a kind, with every key."""
    build: Callable[..., Record] = KINDS[kind]
    values = examples(KINDS[kind]) | {"approved_by": "omar"}
    values["invoices"] = ("INV-2026-0042", "4711")
    return mapping(document(record_document(build(id="x", **values))))


def mapping(text: str) -> dict[str, Value]:
    """Read a document that is a mapping."""
    (raw,) = documents(text.encode(), "sample.yaml")
    assert isinstance(raw, dict)
    return raw


def _documents(raw: Value) -> Sequence[Value]:
    return raw if isinstance(raw, list) else [raw]


def _journal(raw: Value) -> object:
    return build_journal(ZoneInfo("Europe/Berlin"), _documents(raw))


def _journal_findings(raw: Value) -> Iterable[Finding]:
    return [each for found in explain_journal(_documents(raw)) for each in found]


def samples() -> list[Sample]:
    """Return a sample of every kind of file."""
    decision = "2026-11-30-final-notice"
    policy = partial(build_policy, STANDARD, StepReader(compile_condition))
    ladder = partial(explain_policy, STANDARD, compile_condition)
    one = next(line for line in SETTINGS.splitlines() if "bank:" in line)
    banked = SETTINGS.replace(one, BANKS.strip("\n"))
    journal: Value = documents(JOURNAL.encode(), "journal.yaml")
    records = [
        Sample(
            f"record-{kind}", record(kind), partial(build_record, "x"), explain_record
        )
        for kind in RECORDS
    ]
    return [
        Sample("settings", mapping(SETTINGS), build_settings, explain_settings),
        Sample("settings:banks", mapping(banked), build_settings, explain_settings),
        Sample(
            "account",
            mapping(ACCOUNT),
            partial(build_profile, CREDITOR),
            explain_profile,
        ),
        Sample(
            "invoice", mapping(INVOICE), partial(build_invoice, "x"), explain_invoice
        ),
        Sample("journal", journal, _journal, _journal_findings),
        Sample(
            "decision",
            mapping(DECISION),
            partial(build_decision, decision),
            partial(explain_decision, decision),
        ),
        Sample("source", mapping(SOURCE), build_source, explain_source),
        Sample(
            "jurisdiction",
            mapping(JURISDICTION),
            partial(build_jurisdiction, "de"),
            partial(explain_jurisdiction, "de"),
        ),
        Sample("policy", mapping(POLICY), policy, ladder),
        *records,
    ]
