"""An approval can be shown later: what proves it, and that nothing else does."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goodterms.forge.approval_proof import approvals, flaws
from goodterms.git import open_repo
from goodterms.load import load_journal
from goodterms.workspace.workspace import Workspace
from goodterms.yaml.ledger_documents import journal_text
from tests.support.eventful_ledger import DAY, NEXT, eventful, gt, journal
from tests.support.git_repos import commit, sh, tip
from tests.support.github_firm import DANA, GAMMA, OMAR, TAU, Firm, asked, lent

SHA = "0123456789abcdef" * 2 + "01234567"
JOURNAL = "ledger/gamma/journal.yaml"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Lend a firm that has decided by two and by one, merged and squashed."""
    with asked(tmp_path_factory.mktemp("decided")) as made:
        made.github.at("2026-10-09T07:00:00Z")
        made.github.as_user(OMAR).approve(made.number(GAMMA))
        made.github.as_user(DANA).merge(made.number(GAMMA))
        made.github.as_user(DANA).merge(made.number(TAU), "squash")
        assert made.run(NEXT).problems == []
        yield made


@pytest.fixture
def books(decided: Firm, tmp_path: Path) -> Iterator[Firm]:
    with lent(decided, tmp_path) as made:
        sh(made.root, "fetch", "-q", "origin", "main")
        sh(made.root, "reset", "-q", "--hard", "origin/main")
        yield made


def wrong(root: Path) -> list[str]:
    """List what does not agree, offline."""
    workspace, problems = Workspace.open(root)
    assert workspace
    assert problems == ()
    repo = open_repo(root)
    every, problems = approvals(workspace)
    assert problems == ()
    return [
        flaw for given in every for flaw in flaws(repo, tip(root), workspace, given)
    ]


def change(books: Firm, old: str, new: str) -> None:
    """Change the journal of gamma, and commit that."""
    text = (books.root / JOURNAL).read_text(encoding="utf-8")
    found = re.subn(old, new, text, count=1, flags=re.MULTILINE)
    assert found[1], text
    commit(books.root, {JOURNAL: found[0]})


def test_an_approval_keeps_what_proves_it(books: Firm) -> None:
    pull = books.github.pull(books.number(GAMMA))
    (review,) = books.github.state.reviews.values()
    for line in (
        f"  head: {pull.head_sha}",
        f"  merge: {pull.merge_commit}",
        "  merged_at: 2026-10-09T07:00:00Z",
        f"  pull: {pull.number}",
        "  merged_by: 101",
    ):
        assert f"\n{line}\n" in books.journal("gamma")
    assert f"id: {review.id}" in books.journal("gamma")
    assert "user: 102" in books.journal("gamma")
    assert wrong(books.root) == []


def test_what_is_written_is_read(books: Firm) -> None:
    text = books.journal("gamma")
    found, problems = load_journal(text.encode(), JOURNAL, "Europe/Berlin")
    assert problems == ()
    assert found
    assert journal_text(found) == text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("^  merge: .*", f"  merge: {SHA}", "its merge 0123456789ab is not on main"),
        ("^  blob: .*", f"  blob: {SHA}", "decision that was merged is another one"),
        ("^  head: .*", f"  head: {SHA}", "its merge brought another branch than was"),
        (
            "^  approvers: .*",
            f"  approvers: {SHA}",
            "the list of who may approve is not the one that main had before",
        ),
        ("^  merged_by: .*", "  merged_by: 105", "accounts that acted is dana's"),
        ("user: 102", "user: 105", "none of the accounts that acted is omar's"),
        (r"^by: \[dana, omar\]", "by: [dana, iris]", "iris was not in leads then"),
        (r"^by: \[dana, omar\]", "by: [dana]", "1 of the 2 people needed approved it"),
        (
            r"(^at: .*\n)choose: approve(?=\nby)",
            r"\1choose: write-off",
            "the decision chooses 'approve', not 'write-off'",
        ),
        (
            "^  merged_at: .*",
            "  merged_at: 2026-12-09T07:00:00Z",
            "it was merged at 2026-12-09T07:00:00Z, and expired on",
        ),
        (
            "^  merged_at: .*",
            "  merged_at: 2026-10-10T08:00:00Z",
            "its merge commit is not of 2026-10-10T08:00:00Z",
        ),
        ("^  logins: .*\n", "", ""),
    ],
)
def test_what_is_changed_later_is_found(
    books: Firm, old: str, new: str, why: str
) -> None:
    change(books, old, new)
    if not why:
        assert wrong(books.root) == []  # who we are is known all the same
    else:
        assert any(why in each for each in wrong(books.root)), wrong(books.root)


PROVED = re.compile(r"\b(?:head|merge|blob|approvers|logins|commit): ([0-9a-f]{40})$")
NUMBERS = re.compile(r"\b(?:merged_by|user): ([0-9]+)$")


@pytest.mark.parametrize("seed", range(3))
def test_no_digit_of_a_proof_can_be_another(books: Firm, seed: int) -> None:
    """But for what only GitHub knows: the numbers of pull request and review."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    text = (books.root / JOURNAL).read_text(encoding="utf-8")
    start = text.index("proof:")
    end = text.index("---", start)
    lines = text[start:end].splitlines()
    spots = [(n, m) for n, x in enumerate(lines) for m in [PROVED.search(x)] if m]
    spots += [(n, m) for n, x in enumerate(lines) for m in [NUMBERS.search(x)] if m]
    assert len(spots) == 8
    for number, found in spots:
        at = chance.randrange(found.start(1), found.end(1))
        digits = "0123456789" + "abcdef" * (len(found[1]) == 40)
        other = chance.choice([x for x in digits if x != found.string[at]])
        line = found.string[:at] + other + found.string[at + 1 :]
        changed = "\n".join([*lines[:number], line, *lines[number + 1 :], ""])
        (books.root / JOURNAL).write_text(text[:start] + changed + text[end:])
        assert wrong(books.root), line


def test_another_approval_under_an_old_proof_is_found(books: Firm) -> None:
    """As when somebody copies an approval under the next proposal."""
    text = (books.root / JOURNAL).read_text(encoding="utf-8")
    approved = next(d for d in text.split("---\n") if "\nstate: approved\n" in d)
    other = approved.replace(f"id: {DAY}-notice", f"id: {NEXT}-notice")
    first = f"id: {NEXT}-notice\non: {NEXT}\nkind: propose\nstate: proposed\n"
    commit(books.root, {JOURNAL: f"{text}---\n{first}---\n{other}"})
    assert "the decision that was merged is another one" in wrong(books.root)


@pytest.mark.parametrize("moved", ["ledger/gamma", "ledger"])
def test_an_approval_stays_proved_where_its_account_moves(
    books: Firm, moved: str
) -> None:
    to = {"ledger/gamma": "ledger/gamma-ltd", "ledger": "books/ledger"}[moved]
    (books.root / to).parent.mkdir(exist_ok=True)
    sh(books.root, "mv", moved, to)
    if moved == "ledger":
        for name in ("goodterms.yaml", "policies", "templates"):
            if (books.root / name).exists():
                sh(books.root, "mv", name, f"books/{name}")
    commit(books.root, {}, "Move it")
    root = books.root / "books" if moved == "ledger" else books.root
    assert wrong(root) == []


def test_an_approval_proves_nothing_for_another_account(books: Firm) -> None:
    """Whoever copies it there, while the account that it is of is still there."""
    text = (books.root / JOURNAL).read_text(encoding="utf-8")
    commit(books.root, {"ledger/beta/journal.yaml": text.replace("gamma", "beta")})
    assert "the decision that was merged is another one" in wrong(books.root)


# ---------------------------------------------------------------------- the command


@pytest.fixture
def env(books: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in books.github.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOODTERMS_GITHUB_PAUSE", "0")


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("online", [(), ("--online",)], ids=["offline", "online"])
def test_all_is_well(
    books: Firm, capsys: pytest.CaptureFixture[str], online: tuple[str, ...]
) -> None:
    assert gt(books.root, "verify", "--approvals", *online) == 0
    said = capsys.readouterr()
    assert f"2 approvals are proved up to {tip(books.root)[:12]}" in said.err


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("id: 1[0-9]+", "id: 77", "GitHub has no review 77 of pull request #"),
        ("user: 102", "user: 103", "by account 103"),
        ("^  merged_by: .*", "  merged_by: 102", "says that account 101 merged"),
        ("^  pull: .*", "  pull: 2", "GitHub says that pull request #2 merged"),
    ],
)
def test_what_github_says_otherwise_is_told(
    books: Firm, capsys: pytest.CaptureFixture[str], old: str, new: str, why: str
) -> None:
    change(books, old, new)
    assert gt(books.root, "verify", "--approvals", "--online") == 1
    assert why in capsys.readouterr().err


def without_proof(text: str) -> str:
    return re.sub(r"^proof:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)


def test_an_old_approval_is_valid_and_named(
    books: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    text = without_proof((books.root / JOURNAL).read_text(encoding="utf-8"))
    assert load_journal(text.encode(), JOURNAL, "Europe/Berlin")[1] == ()
    commit(books.root, {JOURNAL: text})
    assert gt(books.root, "verify", "--approvals") == 0
    said = capsys.readouterr()
    assert "the approval of 2026-10-08-notice has no proof beside it" in said.err
    assert "1 approval is proved" in said.err


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--online",),
        ("--history", "--online"),
        ("--approvals", "--json"),
        ("--approvals", "--restore"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(
    books: Firm, options: tuple[str, ...]
) -> None:
    assert gt(books.root, "verify", *options) == 2


def test_both_are_verified_at_once(
    books: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gt(books.root, "verify", "--history", "--approvals") == 0
    said = capsys.readouterr().err
    assert "commits up to" in said
    assert "2 approvals are proved" in said


@pytest.mark.usefixtures("env")
def test_a_journal_that_cannot_be_read_is_told(
    books: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    text = books.journal("gamma")
    commit(books.root, {JOURNAL: text.replace("by: [", "by: [[")})
    assert gt(books.root, "verify", "--approvals") == 1
    told = capsys.readouterr()
    assert f"{JOURNAL}:" in told.err + told.out
    broken = {"ledger/tau/account.yaml": "name: Tau\n"}
    commit(books.root, {JOURNAL: text, **broken})
    assert gt(books.root, "verify", "--approvals") == 0
    assert "2 approvals are proved up to" in capsys.readouterr().err


# ------------------------------------------------------------------- without a forge


@pytest.fixture
def local(tmp_path: Path) -> Path:
    root = eventful(tmp_path)
    assert gt(root, "run", "--as-of", DAY) == 0
    return root


def test_names_on_a_branch_are_a_proof_too(local: Path) -> None:
    assert "proof:\n  head: " in journal(local, "delta")
    assert "merged_by" not in journal(local, "delta")
    assert wrong(local) == []
    assert gt(local, "verify", "--approvals") == 0
    assert gt(local, "verify", "--approvals", "--online") == 2


def another_name(text: str) -> str:
    return text.replace("by: [dana, omar]", "by: [dana, iris]")


def another_merge(text: str) -> str:
    return re.sub("(?m)^  merge: .*", f"  merge: {SHA}", text)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (another_name, "no commit of its branch says that iris approved it"),
        (another_merge, "its merge 0123456789ab is not on main"),
    ],
)
def test_a_local_approval_that_was_changed_is_found(
    local: Path, act: Callable[[str], str], why: str
) -> None:
    commit(local, {"ledger/delta/journal.yaml": act(journal(local, "delta"))})
    assert why in wrong(local)
