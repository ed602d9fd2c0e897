"""Moving a customer to another policy protects them at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from goodterms.model.policy import Approval, Migration, Policy
from tests.support.eventful_ledger import (
    ACCOUNT,
    BARE,
    INVOICE,
    POLICY,
    TOOK,
    books,
    gt,
    journal,
)
from tests.support.factory import (
    FINAL,
    FORMAL,
    FRIENDLY,
    OPTIONS,
    STANDARD,
    account,
    does,
    invoice,
    ladder,
    next_on,
    plan_on,
    standing,
    step,
    tasks,
    upto,
)
from tests.support.git_repos import commit

GENTLE = replace(
    STANDARD,
    name="gentle",
    version=1,
    segments=("key",),
    ladder=ladder(
        step("hello", 10, 10),
        replace(FORMAL, approval=Approval("finance-leads", 2, 21)),
    ),
)
MOVED = account(journal=upto("payment-options"), segment="key")


def gentle(**changes: object) -> Policy:
    """Return the policy that the account was moved to, with some of it changed."""
    return replace(GENTLE, **changes)  # type: ignore[arg-type]


def test_what_is_firmer_is_proposed_by_the_new_policy_s_rule() -> None:
    made = plan_on(MOVED, "2026-11-16", STANDARD, GENTLE)

    (asks,) = (a for a in made.actions if a.kind == "propose")
    assert (asks.step, str(asks.policy), str(asks.gate)) == (
        "formal-letter",
        "standard@3",
        "gentle@1",
    )
    assert asks.approval == Approval("finance-leads", 2, 21)
    assert tasks(made) == ["policy-moved"]


def test_softer_and_equal_words_go_on() -> None:
    """A neutral e-mail after a warm one would be firmer; a warm one is not."""
    warm = replace(STANDARD, ladder=ladder(FRIENDLY, step("warm-again", 30, 10), FINAL))
    moved = account(journal=upto("friendly-reminder"), segment="key")

    assert does(plan_on(moved, "2026-11-02", warm, GENTLE)) == [
        "send warm-again: INV-1"
    ]
    firmer = replace(STANDARD, ladder=ladder(FRIENDLY, OPTIONS, FINAL))
    assert does(plan_on(moved, "2026-11-02", firmer, GENTLE)) == [
        "propose payment-options: INV-1"
    ]


def test_what_the_new_policy_gates_is_never_sent_by_itself() -> None:
    """A second formal letter is no firmer than the first, and yet formal."""
    twice = replace(
        STANDARD, ladder=ladder(*STANDARD.ladder[:5], replace(FORMAL, name="again"))
    )
    moved = account(journal=upto("formal-letter"), segment="key")

    assert does(plan_on(moved, "2026-11-30", twice, GENTLE)) == ["propose again: INV-1"]


def test_a_call_is_a_person_s_and_goes_on() -> None:
    moved = account(journal=upto("friendly-reminder"), segment="key")

    assert does(plan_on(moved, "2026-10-22", STANDARD, GENTLE)) == [
        "call personal-call: INV-1"
    ]


def test_where_nobody_can_approve_nothing_happens() -> None:
    free = replace(STANDARD, ladder=STANDARD.ladder[:5])
    made = plan_on(MOVED, "2026-11-16", free, gentle(ladder=ladder(step("hello", 10))))

    assert does(made) == []
    assert standing(made) == "deciding"
    assert "neither says who may approve it" in made.waiting[0].why[0]
    assert tasks(made) == ["policy-moved"]


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(
            gentle(
                migrates=Migration(
                    (),
                    {
                        "friendly-reminder": "hello",
                        "personal-call": "hello",
                        "payment-options": "hello",
                    },
                    (STANDARD.ref,),
                )
            ),
            id="its own word",
        ),
    ],
)
def test_a_policy_that_says_how_takes_the_conversation_over(policy: Policy) -> None:
    made = plan_on(MOVED, "2026-11-10", STANDARD, policy)

    assert tasks(made) == []
    assert next_on(made) == "formal-letter 2026-11-16"
    on = plan_on(MOVED, "2026-11-16", STANDARD, policy)
    (asks,) = (a for a in on.actions if a.kind == "propose")
    assert (str(asks.policy), asks.gate) == ("gentle@1", None)


def test_it_takes_over_nobody_else() -> None:
    """Only those who are under it: the others stay with what they began."""
    takes = gentle(migrates=Migration((), {}, (STANDARD.ref,)))
    at = account(journal=upto("payment-options"))

    assert does(plan_on(at, "2026-11-16", STANDARD, takes)) == [
        "send formal-letter: INV-1"
    ]


def test_a_pin_was_agreed_and_ends_it() -> None:
    pinned = account(
        invoice(pin="standard@3"), journal=upto("payment-options"), segment="key"
    )
    made = plan_on(pinned, "2026-11-16", STANDARD, GENTLE)

    assert does(made) == ["send formal-letter: INV-1"]
    assert tasks(made) == []


# -------------------------------------------------------------------- for real

KEY = """\
policy: key
version: 1
effective: 2024-01-01
segments: [key]
ladder:
  - step: hello
    at: due + 40d
    channel: email
    tone: warm
    template: note
    approval: {by: leads, count: 1, expires: 14d}
"""


def firmer(root: Path) -> Path:
    """Make books in which a formal letter would go out by itself."""
    formal = POLICY.replace(
        "  - step: notice\n    at: due + 21d\n    channel: letter\n    tone: final\n"
        "    template: note\n    approval: {by: leads, count: 2, expires: 14d}\n",
        "  - {step: notice, at: due + 21d, channel: letter, tone: formal,"
        " template: note}\n",
    )
    assert formal != POLICY
    files = {
        **BARE,
        "policies/standard/v1.yaml": formal,
        "policies/key/v1.yaml": KEY,
        "ledger/acme/account.yaml": ACCOUNT.format(name="acme"),
        "ledger/acme/invoices/INV-1.yaml": INVOICE.format(due="2026-09-17"),
        "ledger/acme/journal.yaml": "".join(
            TOOK.format(on=on, step=name, name="acme", id="INV-1")
            for on, name in (("2026-09-24", "reminder"), ("2026-10-01", "call"))
        ),
    }
    return books(root, files)


def test_the_proposal_is_approved_and_carried_out(tmp_path: Path) -> None:
    root = firmer(tmp_path / "books")
    moved = ACCOUNT.format(name="acme") + "segment: key\n"
    commit(root, {"ledger/acme/account.yaml": moved})
    name = "acme/2026-10-08-notice"

    assert gt(root, "run", "--as-of", "2026-10-08") == 0
    assert "gate: key@1" in journal(root, "acme")
    assert not (root / "outbox/acme").exists()
    assert gt(root, "approve", name, "--by", "dana", "--as-of", "2026-10-08") == 0
    assert gt(root, "run", "--as-of", "2026-10-09") == 0
    assert "decision: 2026-10-08-notice" in journal(root, "acme")
    assert list((root / "outbox/acme").glob("*notice*"))


def test_check_says_what_goes_on_under_the_old_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = firmer(tmp_path / "books")
    assert gt(root, "check") == 0
    assert "goes on under" not in capsys.readouterr().out
    moved = ACCOUNT.format(name="acme") + "segment: key\n"
    commit(root, {"ledger/acme/account.yaml": moved})

    assert gt(root, "check") == 0
    assert (
        "ledger/acme/account.yaml:7:10: warning: 'INV-1' goes on under standard@1"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("migrates", "said"),
    [
        ("{from: [standard@1], steps: {early: hello, reminder: hello}}", "'call' of"),
        ("{from: [standard@7]}", "unknown policy 'standard@7'"),
        ("{from: [key@1]}", "version 1 is not an earlier one"),
        ("{from: [standard]}", "standard@3"),
    ],
)
def test_a_migration_across_policies_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], migrates: str, said: str
) -> None:
    root = firmer(tmp_path / "books")
    commit(root, {"policies/key/v1.yaml": KEY + f"migrates: {migrates}\n"})

    assert gt(root, "check") == 1
    assert said in capsys.readouterr().out
