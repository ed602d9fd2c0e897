"""A word reaches the person whose role it is for, on a business day of theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest

from goodterms.conditions.expressions import compile_condition
from goodterms.decision.state.recipients import delivery_address
from goodterms.load.account_checks import check_account
from goodterms.load.policy import load_policy
from goodterms.model.ledger import Contact
from goodterms.model.plan import Action
from goodterms.model.policy_ref import PolicyRef
from goodterms.run.sending_hours import closed
from goodterms.workspace.holidays import holidays, regions
from tests.load.test_policy_book import policy
from tests.support import factory
from tests.support.factory import STANDARD, account, book, plan_on

BOSS = Contact("Boss", "management", "boss@acme.example", "+49 1")
CLERK = Contact("Clerk", "accounts-payable", "ap@acme.example", "+49 2")
SHOP = Contact("Shop", "reception", "shop@acme.example")
SILENT = Contact("Silent", "accounts-payable")


def reached(channel: str, who: str, *contacts: Contact) -> str | None:
    """Return who is written to."""
    found = delivery_address(account(contacts=contacts), channel, frozenset(), who)
    return found.contact.name if found else None


@pytest.mark.parametrize(
    ("contacts", "who", "name"),
    [
        ((BOSS, CLERK), "accounts-payable", "Clerk"),
        ((CLERK, BOSS), "management", "Boss"),
        ((SHOP, BOSS), "accounts-payable", "Shop"),
        ((SHOP, CLERK), "management", "Shop"),
        ((BOSS, SILENT), "accounts-payable", "Boss"),
        ((SILENT, SHOP, CLERK), "accounts-payable", "Clerk"),
    ],
)
def test_the_role_decides_else_the_first_with_an_address(
    contacts: tuple[Contact, ...], who: str, name: str
) -> None:
    assert reached("email", who, *contacts) == name


@pytest.mark.parametrize(
    ("role", "who"),
    [
        *((role, "accounts-payable") for role in ("ap", "finance", "accounting")),
        *((role, "accounts-payable") for role in ("accounts_payable", "buchhaltung")),
        *((role, "management") for role in ("owner", "ceo", "cfo", "director")),
        *((role, "management") for role in ("managing-director", "managing.director")),
    ],
)
def test_roles_as_people_call_them(role: str, who: str) -> None:
    them = replace(SHOP, name="Them", role=role)
    assert reached("email", who, SHOP, them) == "Them"


def test_a_letter_names_whom_it_is_for() -> None:
    assert reached("letter", "management", CLERK, BOSS) == "Boss"


def test_reminders_to_who_pays_and_the_last_word_to_management() -> None:
    ladder = tuple(
        replace(step, to="management") if step.name == "final-notice" else step
        for step in STANDARD.ladder
    )
    firm = replace(STANDARD, ladder=ladder)
    both = (BOSS, CLERK)
    (first,) = plan_on(account(contacts=both), "2026-10-08", firm).actions
    assert first.to == "ap@acme.example"
    journal = factory.upto("formal-letter")
    (last,) = plan_on(
        account(contacts=both, journal=journal), "2026-11-30", firm
    ).actions
    assert last.contact == BOSS


def test_whom_to_ring_up_goes_by_role_too() -> None:
    journal = factory.upto("friendly-reminder")
    late = account(contacts=(BOSS, CLERK), journal=journal)
    (call,) = plan_on(late, "2026-10-22").actions
    assert (call.kind, call.contact) == ("call", CLERK)


def test_the_steps_after_one_to_management_are_to_management_too() -> None:
    steps = ("to: management", "", "to: accounts-payable")
    told = "".join(
        f"  - {{step: s{number}, at: due + {number}d, channel: email, tone: warm,"
        f" template: note{', ' + to if to else ''}}}\n"
        for number, to in enumerate(("", *steps))
    )
    (text,) = policy().values()
    data = text.split(b"ladder:")[0] + f"ladder:\n{told}".encode()
    read, problems = load_policy(
        data, "policies/a/v1.yaml", PolicyRef("a", 1), compile_condition
    )
    assert problems == ()
    assert read
    assert [step.to for step in read.ladder] == [
        "accounts-payable",
        "management",
        "management",
        "accounts-payable",
    ]


# ------------------------------------------------------------- days and regions


REMINDER = Action(
    id="acme/2026-10-09-friendly-reminder",
    kind="send",
    account="acme",
    step="friendly-reminder",
    policy=STANDARD.ref,
    channel="email",
)


@pytest.mark.parametrize(
    ("now", "zone", "shut"),
    [
        ("2026-10-09T22:00:00+00:00", "America/Los_Angeles", None),
        (
            "2026-10-09T22:00:00+00:00",  # Friday afternoon in Los Angeles
            "Australia/Sydney",
            "a business day in Australia/Sydney, where it is Saturday",
        ),
        (
            "2026-10-09T12:30:00+00:00",  # Friday evening in Sydney
            "Australia/Sydney",
            "08:00-18:00 Australia/Sydney",
        ),
        (
            "2026-12-25T10:00:00+00:00",  # a Friday, and a holiday of Germany
            "Europe/Berlin",
            "a business day in Europe/Berlin, where it is Friday",
        ),
    ],
)
def test_the_business_day_is_the_customer_s_at_that_moment(
    now: str, zone: str, shut: str | None
) -> None:
    there = account(timezone=zone)
    assert closed(REMINDER, there, book(), datetime.fromisoformat(now)) == shut


def test_a_policy_without_a_window_still_has_days() -> None:
    open_all_day = replace(STANDARD, window=None)
    now = datetime.fromisoformat("2026-10-10T10:00:00+00:00")
    assert closed(REMINDER, account(), book(open_all_day), now) is not None


@pytest.mark.parametrize(
    ("place", "day", "closed_"),
    [
        ("DE-BY", "2026-01-06", True),
        ("DE", "2026-01-06", False),
        ("DE-BE", "2026-01-06", False),
        ("DE-BY", "2026-10-03", True),
        ("GB-SCT", "2026-11-30", True),
        ("GB", "2026-11-30", False),
        ("DE-QQ", "2026-10-03", True),
        ("XX-BY", "2026-10-03", False),
    ],
)
def test_holidays_of_regions(place: str, day: str, closed_: bool) -> None:  # noqa: FBT001
    assert (date.fromisoformat(day) in holidays(place)) is closed_


def test_a_customer_in_bavaria_has_its_holidays() -> None:
    def known(place: str) -> Mapping[date, bool]:
        return {date(2026, 10, 8): True} if place == "DE-BY" else {}

    days = replace(factory.rules_on("2026-10-08").book, holidays=known)
    rules = replace(factory.rules_on("2026-10-08"), book=days)
    there, here = account(region="BY"), account()
    assert not rules.calendar(STANDARD, there).is_business_day(date(2026, 10, 8))
    assert rules.calendar(STANDARD, here).is_business_day(date(2026, 10, 8))


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"region": "BY"}, []),
        ({}, []),
        ({"region": "BYE"}, ["unknown region of DE 'BYE'; did you mean 'BY'?"]),
        ({"country": "XX", "region": "BY"}, []),
    ],
)
def test_a_region_is_one_of_the_country(
    profile: Mapping[str, object], said: list[str]
) -> None:
    them = replace(account(), profile=replace(factory.PROFILE, **profile))  # type: ignore[arg-type]
    known = replace(book(), regions=regions)
    told = check_account(them, known, factory.SETTINGS)
    assert [f"{each.what}; {each.hint}" for each in told] == said


def test_a_holiday_of_theirs_is_no_day_on_which_hours_were_missed() -> None:
    """Due since Friday, a holiday lies between: the day before is looked at."""
    calendar = book().calendar(STANDARD, "DE")
    assert calendar.before(date(2026, 12, 28)) == date(2026, 12, 24)
    assert calendar.before(date(2026, 12, 25)) == date(2026, 12, 24)
