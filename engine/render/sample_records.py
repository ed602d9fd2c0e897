"""A made-up record of every kind, and with every outcome that one can have."""

from datetime import date
from decimal import Decimal

from engine.money import Money
from engine.records import (
    Bounce,
    Call,
    CashReceived,
    CheckIn,
    ContactMade,
    CreditNote,
    Dispute,
    Extension,
    Instalment,
    InstalmentPlan,
    Note,
    Pause,
    Promise,
    Record,
    Reply,
    Resolution,
    Resume,
    Settlement,
)

_ON = date(2026, 11, 2)
_UNTIL = date(2026, 11, 30)
_SUM = Money(Decimal("40.00"), "EUR")

_CALLS = tuple(
    Call(id=f"2026-11-02-{outcome}", on=_ON, by="dana", outcome=outcome)
    for outcome in ("reached", "voicemail", "no-answer", "refused")
)
_RESOLUTIONS = tuple(
    Resolution(
        id=f"2026-11-02-{outcome}", on=_ON, by="dana", of="dispute", outcome=outcome
    )
    for outcome in ("upheld", "partly", "rejected")
)

RECORDS: tuple[Record, ...] = (
    Reply(id="reply", on=_ON, by="dana", said="They ask for a copy."),
    *_CALLS,
    ContactMade(id="contact", on=_ON, by="dana"),
    Promise(id="promise", on=_ON, by="dana", pay_by=_UNTIL),
    Dispute(id="dispute", on=_ON, by="dana", review_by=_UNTIL),
    *_RESOLUTIONS,
    Extension(id="extension", on=_ON, by="dana", until=_UNTIL),
    InstalmentPlan(
        id="plan", on=_ON, by="dana", instalments=(Instalment(_UNTIL, "40.00"),)
    ),
    Settlement(id="settlement", on=_ON, by="dana", value="40.00", form="goods"),
    CashReceived(id="payment", on=_ON, by="dana", amount=_SUM),
    CreditNote(id="credit-note", on=_ON, by="dana", amount=_SUM),
    Pause(id="pause", on=_ON, by="dana", until=_UNTIL),
    Resume(id="resume", on=_ON, by="dana"),
    Bounce(id="bounce", on=_ON, by="dana", of="message", channel="email"),
    CheckIn(id="check-in", on=_ON, by="dana"),
    Note(id="note", on=_ON, by="dana", said="Their new owner is a friend."),
)
