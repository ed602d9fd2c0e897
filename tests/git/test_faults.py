"""What git fails of is told as what it is, and nothing waits for ever."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from goodterms.git import BranchMove, GitError, Repo, open_repo, publish, read_refs
from goodterms.git import command as gitting
from goodterms.git.command import cause, plain
from goodterms.model.refusal import RefusalError
from tests.git.test_git import FILES, grow, truth
from tests.support.git_repos import add_remote, new_repo, sh, tip


@pytest.fixture
def remote(tmp_path: Path) -> Repo:
    root = new_repo(tmp_path / "books", FILES)
    add_remote(root, tmp_path / "origin.git")
    return open_repo(root)


@pytest.fixture
def local(tmp_path: Path) -> Repo:
    return open_repo(new_repo(tmp_path / "books", FILES))


@pytest.mark.parametrize("name", ["pre-receive", "update"])
def test_a_hook_s_refusal_is_told_in_its_own_clean_words(
    remote: Repo, name: str
) -> None:
    hook = truth(remote) / "hooks" / name
    hook.write_text(
        "#!/bin/sh\nprintf 'no entry: ask \\033[31mDana\\n' >&2\n"
        "echo '##[add-mask]x' >&2\nexit 1\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    with pytest.raises(GitError, match="a hook of the remote refused") as refused:
        publish(remote, [grow(remote, "mine")])
    said = str(refused.value)
    assert "no entry: ask" in said
    assert "Dana" in said
    assert "\x1b" not in said
    assert "##[" not in said
    assert "moved" not in said


def test_a_hook_that_refuses_after_a_race_is_a_race(remote: Repo) -> None:
    mine = grow(remote, "mine")
    assert publish(remote, [grow(remote, "theirs")]).landed
    assert not publish(remote, [mine]).landed


@pytest.mark.parametrize("name", ["goodterms/acme..de/one", "goodterms/acme.lock"])
@pytest.mark.parametrize("kind", ["local", "remote"])
def test_a_bad_name_of_a_branch_is_no_race(
    kind: str, name: str, request: pytest.FixtureRequest
) -> None:
    repo = request.getfixturevalue(kind)
    move = grow(repo, "mine")
    with pytest.raises(GitError, match="name of a branch"):
        publish(repo, [move, BranchMove(name, None, move.new)])
    assert read_refs(repo).main == move.old


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_a_locked_ref_is_told_with_its_file(
    kind: str, request: pytest.FixtureRequest
) -> None:
    repo = request.getfixturevalue(kind)
    move = grow(repo, "mine")
    folder = truth(repo) if repo.remote else repo.common
    lock = folder / "refs/heads/main.lock"
    lock.write_text("")
    with pytest.raises(GitError, match=r"locked by '.*/main\.lock', made at 20.* UTC"):
        publish(repo, [move])
    lock.unlink()
    assert publish(repo, [move]).landed


def test_a_lock_that_goes_is_waited_for(remote: Repo) -> None:
    lock = truth(remote) / "refs/heads/main.lock"
    lock.write_text("")
    remove = ["sh", "-c", 'sleep 0.4; rm "$0"', str(lock)]
    with subprocess.Popen(remove):
        assert publish(remote, [grow(remote, "mine")]).landed


def test_a_repository_of_somebody_else_is_no_missing_one(
    local: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Git's own switch for its tests of this.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RefusalError, match=r"dubious ownership") as refused:
        open_repo(local.top)
    assert "safe.directory" in str(refused.value)
    assert "git init" not in str(refused.value)


@contextmanager
def silent_server() -> Iterator[str]:
    """Run a server that takes connections and never says a word."""
    held: list[socket.socket] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    for each in held:
        each.close()


@pytest.mark.parametrize("scheme", ["git", "http"])
@pytest.mark.parametrize("verb", ["fetch", "push"])
def test_a_remote_that_never_answers_ends_the_run(
    remote: Repo, scheme: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = grow(remote, "mine")
    monkeypatch.setattr(gitting, "NETWORK_SECONDS", 1.0)
    with silent_server() as where:
        sh(remote.top, "remote", "set-url", "origin", f"{scheme}://{where}/x.git")
        begun = time.monotonic()
        deed: Callable[[Repo], object] = read_refs
        if verb == "push":
            deed = partial(publish, moves=[move])
        with pytest.raises(GitError, match="did not end within 1 seconds"):
            deed(remote)
        assert time.monotonic() - begun < 10
    assert not _children()


def test_a_local_command_has_a_limit_too(
    local: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gitting, "LOCAL_SECONDS", 0.5)
    with pytest.raises(GitError, match=r"did not end within 0\.5 seconds"):
        gitting.run_git(local.top, "-c", "alias.nap=!exec sleep 30", "nap")
    assert not _children()


def test_a_failed_command_that_is_none_of_these_tells_its_last_words() -> None:
    assert cause(["push"], 1, "")[0] == "git push failed (exit 1): it said nothing"
    told = cause(["push"], 128, "hint: x\nfatal: no such thing\nmore")[0]
    assert told == "git push failed (exit 128): fatal: no such thing"


@pytest.mark.parametrize("text", ["a\u202eb", "a\x1b[0mb", "##[group]", "::error::x"])
def test_words_are_safe_to_print(text: str) -> None:
    said = plain(text)
    assert said.isprintable()
    assert "##[" not in said
    assert "::" not in said


def _children() -> list[str]:
    """List the commands of processes that this one started and that still run."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return mine.read_text().split() if mine.is_file() else []


def test_main_stays_where_it_was_after_a_refusal(remote: Repo) -> None:
    hook = truth(remote) / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = tip(truth(remote))
    with pytest.raises(GitError):
        publish(remote, [grow(remote, "mine")])
    assert tip(truth(remote)) == before
