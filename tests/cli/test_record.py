"""``goodterms record``: one valid file, never over another."""

from pathlib import Path

import pytest

from goodterms.load import load_record
from goodterms.model.money import Money
from goodterms.model.record_fields import RecordKey
from goodterms.model.records import KINDS, own_keys
from tests.support.eventful_ledger import BARE, account, gt
from tests.support.git_repos import write

FILES = {
    **BARE,
    **account("acme", "2026-10-01", {"2026-10-08": "reminder"}),
    "ledger/acme/records/2026-10-01-dispute.yaml": (
        "kind: dispute\non: 2026-10-01\nby: dana\nreview_by: 2026-12-01\n"
    ),
}

#: Where the example of a declaration is not in the ledger of this test.
OTHER = {"--template": "note", "--value": "20.00"}


def least(kind: str) -> list[str]:
    """Return the least that a kind needs, beside the account and --by."""
    keys = [key for key in own_keys(KINDS[kind]) if key.required]
    keys += [key for key in own_keys(KINDS[kind]) if key.declaration.preset]
    return [word for key in keys for word in _given(key)]


def _given(key: RecordKey) -> list[str]:
    option = f"--{key.type.item or key.name}".replace("_", "-")
    example = key.type.example
    if isinstance(example, Money):
        return [option, str(example)]
    if not isinstance(example, tuple):
        return [option, OTHER.get(option, str(example))]
    return [word for part in example for word in (option, f"{part.due}={part.amount}")]


LEAST = {kind: least(kind) for kind in KINDS} | {
    "resolution": ["--of", "2026-10-01-dispute", "--outcome", "rejected"]
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def record(root: Path, *args: str) -> int:
    kind, *rest = args
    return gt(root, "record", kind, "acme", "--by", "dana", *rest)


def files(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "ledger/acme/records").iterdir())


@pytest.mark.parametrize("kind", LEAST)
def test_the_least_of_each_kind(
    root: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert record(root, kind, "--on", "2026-10-22", *LEAST[kind]) == 0
    told = capsys.readouterr()
    path = f"ledger/acme/records/2026-10-22-{kind}.yaml"
    assert told.out == f"{path}\n"
    found, problems = load_record((root / path).read_bytes(), path)
    assert type(found) is KINDS[kind]
    assert problems == ()


def test_all_that_a_promise_says(root: Path) -> None:
    said = "Their bank changed;\npayment run: the 4th #1"
    args = ["--on", "2026-10-22", "--pay-by", "2026-11-05", "--amount", "60.00"]
    more = ["--invoice", "INV-acme", "--said", said, "--reason", "admin"]
    assert record(root, "promise", *args, *more, "--approved-by", "omar") == 0
    path = root / "ledger/acme/records/2026-10-22-promise.yaml"
    assert path.read_text(encoding="utf-8") == (
        "kind: promise\n"
        "on: 2026-10-22\n"
        "by: dana\n"
        "invoices: [INV-acme]\n"
        "pay_by: 2026-11-05\n"
        'amount: "60.00"\n'
        "said: |-\n  Their bank changed;\n  payment run: the 4th #1\n"
        "reason: admin\n"
        "approved_by: omar\n"
    )


def test_instalments_and_their_template(root: Path) -> None:
    template = "templates/en/instalment-reminder.md.j2"
    write(root, {template: BARE["templates/en/note.md.j2"]})
    parts = ["--instalment", "2026-11-05=60.00", "--instalment", "2026-12-05=40.00"]
    assert record(root, "plan", "--on", "2026-10-22", *parts) == 0
    text = (root / "ledger/acme/records/2026-10-22-plan.yaml").read_text()
    assert '  - {due: 2026-11-05, amount: "60.00"}\n' in text
    assert '  - {due: 2026-12-05, amount: "40.00"}\n' in text
    assert "template: instalment-reminder\n" in text


def test_what_is_as_always_is_not_written(root: Path) -> None:
    assert record(root, "extension", "--on", "2026-10-22", *LEAST["extension"]) == 0
    last = [*LEAST["extension"], "--not-final"]
    assert record(root, "extension", "--on", "2026-10-23", *last) == 0
    folder = root / "ledger/acme/records"
    assert "final" not in (folder / "2026-10-22-extension.yaml").read_text()
    assert "final: false\n" in (folder / "2026-10-23-extension.yaml").read_text()


def test_a_second_one_of_the_day_gets_a_number(root: Path) -> None:
    for _ in range(3):
        assert record(root, "note", "--on", "2026-10-22") == 0
    assert files(root)[1:] == [
        "2026-10-22-note-2.yaml",
        "2026-10-22-note-3.yaml",
        "2026-10-22-note.yaml",
    ]


def test_today_is_the_day_unless_said(root: Path) -> None:
    assert record(root, "note") == 0
    name = next(name for name in files(root) if name.endswith("-note.yaml"))
    assert f"on: {name[:10]}\n" in (root / "ledger/acme/records" / name).read_text()


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["promise"], 2, "missing option '--pay-by'"),
        (["promise", "--pay-by", "soon"], 2, "'soon' is not a date"),
        (["promise", "--pay-by", "2026-01-01"], 1, "is before the record's own day"),
        (
            ["promise", "--pay-by", "2026-11-05", "--amount", "6,5"],
            1,
            "'6,5' is not an",
        ),
        (["note", "--invoice", "INV-9"], 1, "unknown invoice 'INV-9'"),
        (["note", "--said", "a\x07b"], 1, "is not text"),
        (["note", "--approved-by", "dana"], 1, "cannot approve their own"),
        (["payment", "--amount", "5", "--currency", "EUR"], 1, "needs two decimals"),
        (["plan", "--instalment", "2026-11-05"], 2, "write it like 2026-11-05=600.00"),
        (["plan", "--instalment", "soon=1.00"], 1, "'soon' is not a date"),
        (["call", "--outcome", "maybe"], 2, "'maybe' is not one of"),
        (["pause", "--until", "2026-11-05", "--amount", "1.00"], 2, "no such option"),
        (["bounce", "--of", "2026-01-01-x", "--channel", "email"], 1, "2026-01-01-x"),
        (["promes"], 2, "no such command 'promes'"),
        (
            ["resolution", "--of", "2026-10-01-dispute", "--outcome", "partly"],
            1,
            "say it with --credit AMOUNT",
        ),
    ],
)
def test_what_is_wrong_is_not_written(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    code: int,
    said: str,
) -> None:
    assert record(root, *args) == code
    assert said in capsys.readouterr().err
    assert files(root) == ["2026-10-01-dispute.yaml"]


def test_a_message_is_named_as_everywhere(root: Path) -> None:
    of = ["--of", "acme/2026-10-08-reminder", "--channel", "email"]
    assert record(root, "bounce", "--on", "2026-10-22", *of) == 0
    text = (root / "ledger/acme/records/2026-10-22-bounce.yaml").read_text()
    assert "of: 2026-10-08-reminder\n" in text


def test_a_day_to_come_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert record(root, "note", "--on", "2027-05-01") == 0
    said = capsys.readouterr().err
    assert "it is dated 2027-05-01, after today: it counts from then\n" in said


def test_who_and_about_whom(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gt(root, "record", "note", "acme", "--by", "eve") == 2
    assert (
        "'eve' is not in people; there is dana, omar, iris" in capsys.readouterr().err
    )
    assert gt(root, "record", "note", "acne", "--by", "dana") == 2
    assert "no account 'acne'; did you mean 'acme'?" in capsys.readouterr().err


def test_an_account_with_an_error_can_still_be_written_about(root: Path) -> None:
    write(root, {"ledger/acme/invoices/INV-2.yaml": "oops: 1\n"})
    assert record(root, "note", "--on", "2026-10-22") == 0
