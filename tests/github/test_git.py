"""The test server's git: clone, push, leases, protection, tokens, other doors."""

import subprocess
from pathlib import Path

import pytest

from tests.support.git_repos import commit, sh, tip
from tests.support.github_server.forge import Forge

FILES = {"goodterms.yaml": "x: 1\n", ".github/workflows/run.yml": "name: Run\n"}
BRANCH = "goodterms/acme/one"


@pytest.fixture
def books(github: Forge, tmp_path: Path) -> Path:
    """Clone with the token of a workflow."""
    github.seed(FILES)
    sh(tmp_path, "clone", "-q", github.remote(), "books")
    return tmp_path / "books"


def push(where: Path, *args: str) -> tuple[int, str]:
    """Push and return the exit code and what was said."""
    done = subprocess.run(
        ["git", "push", "--porcelain", *args],
        cwd=where,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_pushed_is_there(github: Forge, books: Path) -> None:
    made = commit(books, {"ledger/acme/account.yaml": "name: Acme\n"})
    assert push(books, "origin", "main")[0] == 0
    assert github.state.branches == {"main": made}
    assert github.read("ledger/acme/account.yaml") == "name: Acme\n"


@pytest.mark.parametrize("end", ["", ".git"])
def test_the_address_works_with_and_without_its_ending(
    github: Forge, books: Path, tmp_path: Path, end: str
) -> None:
    assert tip(books) == github.state.branches["main"]
    address = github.remote().removesuffix(".git") + end
    sh(tmp_path, "clone", "-q", address, "again")
    assert tip(tmp_path / "again") == tip(books)


def test_an_extra_header_opens_the_door_as_well(github: Forge, tmp_path: Path) -> None:
    github.seed(FILES)
    basic = "eC1hY2Nlc3MtdG9rZW46Z2hzX2FjdGlvbnM="
    header = f"http.extraheader=AUTHORIZATION: basic {basic}"
    address = f"{github.url}/{github.full_name}"
    sh(tmp_path, "-c", header, "clone", "-q", address, "books")
    assert (tmp_path / "books" / "goodterms.yaml").read_text() == "x: 1\n"


def test_a_big_push_in_chunks_arrives(github: Forge, books: Path) -> None:
    noise = "".join(f"{n * n:x}" for n in range(30_000))
    made = commit(books, {"big": noise})
    sh(books, "config", "http.postBuffer", "65536")
    assert push(books, "origin", "main")[0] == 0
    assert github.state.branches["main"] == made
    assert github.log[-1].headers["transfer-encoding"] == "chunked"


def test_an_atomic_push_lands_whole_or_not_at_all(github: Forge, books: Path) -> None:
    new = f"--force-with-lease=refs/heads/{BRANCH}:"
    first = commit(books, {"a": "1"})
    refs = ["HEAD:refs/heads/main", f"HEAD:refs/heads/{BRANCH}"]
    assert push(books, "--atomic", new, "origin", *refs)[0] == 0
    commit(books, {"a": "2"})
    code, said = push(books, "--atomic", new, "origin", *refs)
    assert code == 1
    assert "stale info" in said
    assert set(github.state.branches.values()) == {first}


def test_a_lost_race_is_refused(github: Forge, books: Path) -> None:
    theirs = github.seed({"b": "theirs"})
    commit(books, {"a": "mine"})
    code, said = push(books, "--atomic", "origin", "HEAD:main", f"HEAD:{BRANCH}")
    assert code == 1
    assert "[rejected]" in said
    assert github.state.branches == {"main": theirs}


@pytest.mark.parametrize(
    ("kind", "words", "reason"),
    [
        (
            "ruleset",
            "GH013: Repository rule violations found for refs/heads/main.",
            "[remote rejected] (push declined due to repository rule violations)",
        ),
        (
            "classic",
            "GH006: Protected branch update failed for refs/heads/main.",
            "[remote rejected] (protected branch hook declined)",
        ),
    ],
)
def test_a_guarded_main_takes_no_push(
    github: Forge, books: Path, kind: str, words: str, reason: str
) -> None:
    before = github.state.branches
    github.protect(kind=kind)
    commit(books, {"a": "1"})
    code, said = push(books, "--atomic", "origin", "HEAD:main", f"HEAD:{BRANCH}")
    assert code == 1
    assert words in said
    assert reason in said
    assert "Changes must be made through a pull request." in said
    assert github.state.branches == before


def test_a_guard_has_its_exceptions(github: Forge, books: Path) -> None:
    github.protect(bypass=("github-actions[bot]",))
    made = commit(books, {"a": "1"})
    assert push(books, "origin", "main")[0] == 0
    assert github.state.branches["main"] == made


def test_a_guarded_main_leaves_branches_free(github: Forge, books: Path) -> None:
    github.protect()
    made = commit(books, {"a": "1"})
    assert push(books, "origin", f"HEAD:refs/heads/{BRANCH}")[0] == 0
    assert github.state.branches[BRANCH] == made


@pytest.mark.parametrize("branch", ["main", BRANCH])
def test_an_app_may_not_touch_workflows(
    github: Forge, books: Path, branch: str
) -> None:
    commit(books, {".github/workflows/run.yml": "name: Mine\n"})
    code, said = push(books, "origin", f"HEAD:refs/heads/{branch}")
    assert code == 1
    assert "without `workflows` permission" in said
    dana = github.remote("dana-lindqvist")
    assert push(books, dana, f"HEAD:refs/heads/{branch}")[0] == 0


def test_pull_references_are_not_for_pushing(github: Forge, books: Path) -> None:
    code, said = push(books, "origin", "HEAD:refs/pull/1/head")
    assert code == 1
    assert "hidden ref" in said
    assert github.violations == []


@pytest.mark.parametrize(
    ("login", "permissions", "words"),
    [
        ("visitor", None, "The requested URL returned error: 403"),
        ("stranger", None, "The requested URL returned error: 403"),
        ("github-actions[bot]", {"contents": "read"}, "returned error: 403"),
        ("github-actions[bot]", {"issues": "write"}, "returned error: 403"),
    ],
)
def test_who_may_not_write_pushes_nothing(
    github: Forge,
    books: Path,
    login: str,
    permissions: dict[str, str] | None,
    words: str,
) -> None:
    before = github.state.branches
    commit(books, {"a": "1"})
    remote = github.remote(login, github.token(login, permissions))
    code, said = push(books, remote, "HEAD:main")
    assert code == 128
    assert words in said
    assert github.state.branches == before


@pytest.mark.parametrize("start", ["", "x-access-token:wrong@"])
def test_nobody_reads_without_a_token(
    github: Forge, tmp_path: Path, start: str
) -> None:
    github.seed(FILES)
    address = github.url.replace("://", f"://{start}") + "/linden/ledger.git"
    with pytest.raises(subprocess.CalledProcessError):
        sh(tmp_path, "ls-remote", address)
    assert {one.status for one in github.log} == {401}


def test_a_push_past_the_server_is_noticed(github: Forge, books: Path) -> None:
    made = commit(books, {"a": "1"})
    sh(books, "push", "-q", str(github.path), "main", f"main:refs/heads/{BRANCH}")
    answer = github.client().get(f"/repos/linden/ledger/git/ref/heads/{BRANCH}")
    assert answer["object"] == {
        "sha": made,
        "type": "commit",
        "url": f"{github.api}/repos/linden/ledger/git/commits/{made}",
    }


def test_a_packed_repository_reads_the_same(github: Forge, books: Path) -> None:
    commit(books, {"a": "1"})
    push(books, "origin", "main", f"main:refs/heads/{BRANCH}")
    before = github.state.branches
    sh(github.path, "pack-refs", "--all")
    assert github.state.branches == before
    push(books, "origin", "--delete", BRANCH)
    assert set(github.state.branches) == {"main"}
