"""``goodterms allocate``: lines in the invoices' files, and nothing else."""

from pathlib import Path

import pytest

from tests.support.eventful_ledger import BARE, account, gt
from tests.support.git_repos import write

PAID = "ledger/acme/records/2026-10-20-payment.yaml"
INVOICE = "ledger/acme/invoices/INV-acme.yaml"
FILES = {
    **BARE,
    **account("acme", "2026-10-01", {}),
    PAID: (
        "kind: payment\non: 2026-10-20\nby: dana\n"
        'amount: "90.00"\ncurrency: EUR\nreference: stmt 7\n'
    ),
    "ledger/acme/records/2026-10-21-credit-note.yaml": (
        "kind: credit-note\non: 2026-10-21\nby: dana\n"
        'amount: "10.00"\ncurrency: EUR\nreference: CN-5\n'
    ),
}
LINE = '  - {on: 2026-10-20, amount: "90.00", from: 2026-10-20-payment}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def allocate(root: Path, *args: str) -> int:
    return gt(root, "allocate", "acme", *args)


def test_a_payment_is_put_on_the_oldest(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / INVOICE).read_text(encoding="utf-8")
    assert allocate(root, "2026-10-20-payment", "--oldest") == 0
    told = capsys.readouterr()
    assert told.out == (
        "payment '2026-10-20-payment' of 90.00 EUR:\n"
        "  90.00 on INV-acme, 10.00 stays open on it\n"
        f"nothing of it is left\n{INVOICE}\n"
    )
    assert told.err == (
        "commit it, and the next run knows; undo it by removing those lines\n"
    )
    assert (root / INVOICE).read_text(encoding="utf-8") == (
        f"{before}payments:\n{LINE}"
    )
    assert gt(root, "check") == 0


def test_a_credit_note_goes_among_the_credits_with_its_number(root: Path) -> None:
    before = (root / INVOICE).read_text(encoding="utf-8")
    assert allocate(root, "2026-10-21-credit-note", "INV-acme=9.00") == 0
    assert (root / INVOICE).read_text(encoding="utf-8") == (
        f"{before}credits:\n"
        '  - {on: 2026-10-21, amount: "9.00", reference: CN-5,'
        " from: 2026-10-21-credit-note}\n"
    )


@pytest.mark.parametrize(
    ("lists", "wanted"),
    [
        ("payments: []\n", f"payments:\n{LINE}"),
        ("payments: []  # none yet\n", f"payments:  # none yet\n{LINE}"),
        ("# theirs\r\n", "# theirs\r\npayments:\r\n" + LINE.replace("\n", "\r\n")),
        (
            'payments:\n- {on: 2026-10-02, amount: "5.00"}  # cash\n# end\n',
            (
                'payments:\n- {on: 2026-10-02, amount: "5.00"}  # cash\n'
                f"{LINE[2:]}# end\n"
            ),
        ),
        (
            'payments:\n  - {on: 2026-10-02, amount: "5.00"}\ncredits: []\n',
            f'payments:\n  - {{on: 2026-10-02, amount: "5.00"}}\n{LINE}credits: []\n',
        ),
    ],
)
def test_every_other_character_stays(root: Path, lists: str, wanted: str) -> None:
    start = (root / INVOICE).read_text(encoding="utf-8")
    start = start.replace("\n", "\r\n") if "\r" in lists else start
    (root / INVOICE).write_text(start + lists, encoding="utf-8", newline="")
    assert allocate(root, "2026-10-20-payment", "INV-acme") == 0
    assert (root / INVOICE).read_bytes().decode() == start + wanted


def test_a_list_on_one_line_is_left_to_a_person(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = 'payments: [{on: 2026-10-02, amount: "5.00"}]\n'
    text = (root / INVOICE).read_text(encoding="utf-8") + flow
    (root / INVOICE).write_text(text, encoding="utf-8")
    assert allocate(root, "2026-10-20-payment", "--oldest") == 1
    assert "no list of payments that a line can be added to" in capsys.readouterr().err
    assert (root / INVOICE).read_text(encoding="utf-8") == text


def test_a_dry_run_writes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / INVOICE).read_bytes()
    assert allocate(root, "2026-10-20-payment", "--oldest", "--dry-run") == 0
    assert "90.00 on INV-acme" in capsys.readouterr().out
    assert (root / INVOICE).read_bytes() == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["2026-10-20-payment"], "nobody knows which invoices; name them with"),
        (["2026-10-20-payment", "INV-acme", "--oldest"], "nobody knows which"),
        (["2026-10-20-payment", "INV-acme="], "write it like INV-1=600.00, or INV-1"),
        (["2026-10-20-payment", "=5.00"], "write it like INV-1=600.00, or INV-1"),
        (["2026-10-20-payment", "INV-acme=90.01"], "more than the 90.00 EUR left of"),
        (["2026-10-20-payment", "INV-acm=5.00"], "did you mean 'INV-acme'?"),
        (["2026-10-20-paymen", "--oldest"], "did you mean '2026-10-20-payment'?"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    before = (root / INVOICE).read_bytes()
    assert allocate(root, *args) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert said in told
    assert told.count("\n") == 1
    assert (root / INVOICE).read_bytes() == before


def test_what_is_more_than_open_becomes_a_balance_when_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (root / PAID).read_text(encoding="utf-8").replace("90.00", "2000.00")
    (root / PAID).write_text(text, encoding="utf-8")
    assert allocate(root, "2026-10-20-payment", "INV-acme=120.00") == 2
    assert "120.00 is more than the 100.00 EUR open" in capsys.readouterr().err
    assert allocate(root, "2026-10-20-payment", "INV-acme=120.00", "--over") == 0
    told = capsys.readouterr()
    assert "20.00 of it is a balance in their favour" in told.out
    assert "20.00 more than is owed has been paid" in told.err
    assert "1880.00 EUR of it is left" in told.out


def test_an_account_with_errors_is_mended_first(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "ledger/acme/records/2026-10-22-note.yaml").write_text("kind: note\n")
    assert allocate(root, "2026-10-20-payment", "--oldest") == 2
    assert "'acme' has errors; see 'goodterms check ledger/acme'" in (
        capsys.readouterr().err
    )
