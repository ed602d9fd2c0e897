"""The only door to git: tips, commits, compare and swap, the user's checkout."""

import tempfile
from datetime import date
from pathlib import Path

import pytest

from goodterms.git import (
    BranchMove,
    CommitChange,
    CommitSignature,
    GitError,
    Repo,
    bring_to,
    build,
    fast_forward,
    files_of,
    is_shown,
    open_repo,
    publish,
    read_files,
    read_refs,
    snapshot,
    uncommitted,
    unpushed,
)
from goodterms.model.refusal import RefusalError
from tests.support.git_repos import add_remote, clone, commit, new_repo, sh, tip, write

FILES = {"goodterms.yaml": "x: 1\n", "ledger/a/journal.yaml": "---\nid: one\n"}
BY = CommitSignature("Good Terms", "engine@linden.example", date(2026, 10, 8))


@pytest.fixture
def local(tmp_path: Path) -> Repo:
    return open_repo(new_repo(tmp_path / "books", FILES))


@pytest.fixture
def remote(tmp_path: Path) -> Repo:
    root = new_repo(tmp_path / "books", FILES)
    add_remote(root, tmp_path / "origin.git")
    return open_repo(root)


@pytest.fixture(params=["local", "remote"])
def repo(request: pytest.FixtureRequest) -> Repo:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Repo)
    return found


def truth(repo: Repo) -> Path:
    return repo.top.parent / "origin.git" if repo.remote else repo.top


def grow(repo: Repo, text: str, base: str | None = None) -> BranchMove:
    """Make a commit on main's tip that writes one file."""
    old = base or read_refs(repo).main
    change = CommitChange("Grow", {"ledger/a/journal.yaml": text.encode()})
    return BranchMove("main", old, build(repo, old, change, BY))


def test_a_folder_outside_git_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match="git init -b main") as refused:
        open_repo(tmp_path)
    assert refused.value.code == 2


def test_a_root_below_the_top_keeps_its_prefix(tmp_path: Path) -> None:
    top = new_repo(tmp_path / "mono", {"books/goodterms.yaml": "x: 1\n", "b.txt": ""})
    repo = open_repo(top / "books")
    assert (repo.prefix, repo.root) == ("books/", top / "books")
    with snapshot(repo, read_refs(repo).main) as tree:
        assert [path.name for path in tree.iterdir()] == ["goodterms.yaml"]


def test_variables_of_another_repository_are_not_obeyed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = tip(repo.top)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert open_repo(repo.top) == repo
    assert read_refs(repo).main == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], None), (["origin"], "origin"), (["hub"], "hub"), (["a", "origin"], "origin")],
)
def test_which_remote_counts(
    local: Repo, names: list[str], expected: str | None
) -> None:
    for name in names:
        sh(local.top, "remote", "add", name, f"/nowhere/{name}")
    assert open_repo(local.top).remote == expected


def test_two_remotes_without_origin_are_refused(local: Repo) -> None:
    for name in ("hub", "mirror"):
        sh(local.top, "remote", "add", name, "/nowhere")
    with pytest.raises(RefusalError, match="git remote rename hub origin"):
        open_repo(local.top)


def test_no_main_is_refused(repo: Repo) -> None:
    sh(truth(repo), "branch", "-m", "master")
    way_out = "git push origin main" if repo.remote else "git branch -m main"
    with pytest.raises(RefusalError, match=way_out):
        read_refs(repo)


def test_an_unreachable_remote_is_git_s_failure(remote: Repo) -> None:
    sh(remote.top, "remote", "set-url", "origin", "/nowhere")
    with pytest.raises(GitError, match=r"git fetch failed \(exit 128\): fatal") as told:
        read_refs(remote)
    assert told.value.code == 1


def test_equal_inputs_make_the_same_commit(repo: Repo) -> None:
    first, second = grow(repo, "x"), grow(repo, "x")
    assert first == second
    assert sh(repo.top, "show", "-s", "--format=%an <%ae> %cn", str(first.new)) == (
        "Good Terms <engine@linden.example> Good Terms"
    )


def test_a_commit_is_never_older_than_its_parent(local: Repo) -> None:
    old = CommitSignature(BY.name, BY.email, date(1999, 1, 1))
    made = build(local, read_refs(local).main, CommitChange("Old", {"a": b""}), old)
    times = sh(local.top, "log", "--format=%ct", made).split()
    assert times[0] == times[1]


def test_files_of_a_commit_are_read_as_bytes(repo: Repo) -> None:
    made = grow(repo, "a\r\n\0b").new
    paths = ["ledger/a/journal.yaml", "not/there", "goodterms.yaml"]
    assert made
    assert read_files(repo, made, paths) == {
        "ledger/a/journal.yaml": b"a\r\n\0b",
        "goodterms.yaml": b"x: 1\n",
    }
    assert read_files(repo, made, []) == {}


def test_a_merge_keeps_both_parents(repo: Repo) -> None:
    base = read_refs(repo).main
    side = build(repo, base, CommitChange("Side", {"side": b"1"}), BY)
    merge = build(repo, base, CommitChange("Merge", {"side": b"1"}, merges=side), BY)
    assert sh(repo.top, "log", "-1", "--format=%P", merge).split() == [base, side]
    empty = build(repo, side, CommitChange("Nothing"), BY)
    assert sh(repo.top, "diff", side, empty) == ""


def test_branches_move_together(repo: Repo) -> None:
    main = grow(repo, "new")
    side = build(repo, str(main.old), CommitChange("Side", {"side": b"1"}), BY)
    moves = [main, BranchMove("goodterms/a/one", None, side)]
    assert publish(repo, moves).landed
    refs = read_refs(repo)
    assert (refs.main, refs.proposals) == (main.new, {"goodterms/a/one": side})
    assert publish(repo, [BranchMove("goodterms/a/one", side, None)]).landed
    assert read_refs(repo).proposals == {}


@pytest.mark.parametrize("stale", ["main", "branch exists", "branch moved"])
def test_one_stale_branch_stops_them_all(repo: Repo, stale: str) -> None:
    main = grow(repo, "mine")
    side = build(repo, str(main.old), CommitChange("Side", {"side": b"1"}), BY)
    other = build(repo, str(main.old), CommitChange("Other", {"side": b"2"}), BY)
    branch = BranchMove("goodterms/a/one", None, side)
    if stale == "main":
        assert publish(repo, [grow(repo, "theirs")]).landed
    else:
        assert publish(repo, [BranchMove("goodterms/a/one", None, other)]).landed
    if stale == "branch moved":
        branch = BranchMove("goodterms/a/one", main.old, side)
    before = read_refs(repo)
    pushed = publish(repo, [main, branch])
    assert not pushed.landed
    assert pushed.said
    assert read_refs(repo) == before
    assert uncommitted(repo) == []


def test_a_lost_answer_is_read_back(remote: Repo) -> None:
    move = grow(remote, "mine")
    assert publish(remote, [move]).landed
    later = grow(remote, "theirs")
    assert publish(remote, [later]).landed
    # The same push again fails: main has gone on; yet our commit is part of it.
    assert publish(remote, [move]).landed


def test_an_unreachable_remote_leaves_a_push_unknown(remote: Repo) -> None:
    move = grow(remote, "mine")
    sh(remote.top, "remote", "set-url", "origin", "/nowhere")
    with pytest.raises(GitError):
        publish(remote, [move])


def test_uncommitted_files_are_named(repo: Repo) -> None:
    assert uncommitted(repo) == []
    write(repo.top, {"ledger/a/records/x.yaml": "", "outbox/a/m.eml": ""})
    write(repo.top, {"goodterms.yaml": "x: 2\n"})
    assert uncommitted(repo) == ["goodterms.yaml", "ledger/a/records/x.yaml"]


def test_only_files_under_the_root_count_as_uncommitted(tmp_path: Path) -> None:
    top = new_repo(tmp_path / "mono", {"books/goodterms.yaml": "x: 1\n"})
    write(top, {"ledger/x.yaml": "", "books/ledger/new.yaml": ""})
    assert uncommitted(open_repo(top / "books")) == ["ledger/new.yaml"]


@pytest.mark.parametrize(
    "name", ["invoices.csv", "imports/erp/mapping.yaml", "my ledger/a.yaml"]
)
def test_a_file_that_nobody_reads_is_nobodys_business(repo: Repo, name: str) -> None:
    write(repo.top, {name: "mine"})
    assert uncommitted(repo) == []
    sh(repo.top, "add", name)
    assert uncommitted(repo) == [name]


@pytest.mark.parametrize(
    "name", ["ledger/invoices.csv", "policies/x/v1.yaml", "templates/en/a.md.j2"]
)
def test_a_file_that_is_read_has_to_be_committed(repo: Repo, name: str) -> None:
    write(repo.top, {name: "mine"})
    assert uncommitted(repo) == [name]


def test_the_checkout_follows_local_main(local: Repo) -> None:
    write(local.top, {"notes.txt": "mine\n"})
    move = grow(local, "new\n")
    assert publish(local, [move]).landed
    assert (local.top / "ledger/a/journal.yaml").read_text() == "new\n"
    assert (local.top / "notes.txt").read_text() == "mine\n"
    assert uncommitted(local) == []
    assert tip(local.top) == move.new


def test_another_branch_in_the_checkout_stays_as_it_is(local: Repo) -> None:
    sh(local.top, "switch", "-q", "-c", "draft")
    assert publish(local, [grow(local, "new\n")]).landed
    assert (local.top / "ledger/a/journal.yaml").read_text() == "---\nid: one\n"
    assert uncommitted(local) == []


def test_an_edit_that_a_move_would_overwrite_stops_it(local: Repo) -> None:
    move = grow(local, "new\n")
    write(local.top, {"ledger/a/journal.yaml": "by hand\n"})
    with pytest.raises(GitError, match="read-tree"):
        publish(local, [move])
    assert tip(local.top) == move.old
    assert (local.top / "ledger/a/journal.yaml").read_text() == "by hand\n"


@pytest.mark.parametrize("reached", ["marked", "shown", "moved"])
def test_a_killed_swap_is_put_right(local: Repo, reached: str) -> None:
    move = grow(local, "new\n")
    old, new = str(move.old), str(move.new)
    sh(local.top, "update-ref", "refs/goodterms/shown", new)
    if reached != "marked":
        sh(local.top, "read-tree", "-m", "-u", old, new)
    if reached == "moved":
        sh(local.top, "update-ref", "refs/heads/main", new, old)
    assert uncommitted(local) == []
    shown = (local.top / "ledger/a/journal.yaml").read_text()
    assert shown == ("new\n" if reached == "moved" else "---\nid: one\n")
    assert sh(local.top, "for-each-ref", "refs/goodterms") == ""


def test_a_checkout_is_brought_to_the_remote_s_tip(remote: Repo) -> None:
    move = grow(remote, "new\n")
    assert publish(remote, [move]).landed
    assert tip(remote.top) == move.old
    assert fast_forward(remote, str(move.new))
    assert tip(remote.top) == move.new
    assert sh(remote.top, "status", "--short", "--branch") == "## main...origin/main"


def test_commits_of_one_s_own_are_counted_and_kept(remote: Repo) -> None:
    assert publish(remote, [grow(remote, "new\n")]).landed
    mine = commit(remote.top, {"mine.txt": ""})
    tip_there = read_refs(remote).main
    assert unpushed(remote, tip_there) == 1
    assert not fast_forward(remote, tip_there)
    assert tip(remote.top) == mine


def test_another_machine_s_work_is_fetched(remote: Repo, tmp_path: Path) -> None:
    other = clone(truth(remote), tmp_path / "other")
    pushed = commit(other, {"ledger/b/account.yaml": "name: B\n"})
    sh(other, "push", "-q", "origin", "main", "main:goodterms/b/one")
    refs = read_refs(remote)
    assert (refs.main, refs.proposals) == (pushed, {"goodterms/b/one": pushed})
    sh(other, "push", "-q", "origin", ":goodterms/b/one")
    assert read_refs(remote).proposals == {}
    with snapshot(remote, pushed) as tree:
        assert (tree / "ledger/b/account.yaml").read_text() == "name: B\n"


def test_a_shallow_clone_learns_its_history(remote: Repo, tmp_path: Path) -> None:
    commit(remote.top, {"more.txt": ""})
    sh(remote.top, "push", "-q", "origin", "main")
    args = ("clone", "-q", "--depth=1", f"file://{truth(remote)}", "shallow")
    sh(tmp_path, *args)
    shallow = open_repo(tmp_path / "shallow")
    assert sh(shallow.top, "rev-list", "--count", read_refs(shallow).main) == "2"


def test_a_snapshot_leaves_nothing_behind(
    local: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temp = tmp_path / "temp"
    killed = temp / "goodterms-run-killed"
    write(killed, {"old.yaml": ""})
    (temp / "goodterms-run-killed.lock").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    refs = read_refs(local)
    with snapshot(local, refs.main) as tree:
        assert not killed.exists()
        with snapshot(local, refs.main) as second:
            assert tree.exists()
            assert second != tree
        assert (tree / "goodterms.yaml").read_text() == "x: 1\n"
    assert list(temp.iterdir()) == []


def test_files_are_lent_only_where_they_are_the_same(local: Repo) -> None:
    commit(local.top, {".gitignore": "*.tmp\n", "ledger/a/account.yaml": "name: A\n"})
    now = tip(local.top)
    with files_of(local, now) as files:
        assert (files.folder, files.lent) == (local.top, True)
    for name in ("ledger/a/x.tmp", "ledger/a/new.yaml", "goodterms.yaml"):
        write(local.top, {name: "other\n"})
        assert not is_shown(local, now)
        sh(local.top, "stash", "-q", "--all")
        sh(local.top, "stash", "drop", "-q")
        assert is_shown(local, now)
    write(local.top, {"notes.txt": "of no interest\n"})
    assert is_shown(local, now)
    with files_of(local, tip(local.top, "main~1")) as files:
        assert not files.lent
        assert not (files.folder / "ledger/a/account.yaml").exists()


def test_a_copy_follows_main(local: Repo) -> None:
    old = tip(local.top)
    move = grow(local, "new\n")
    new = build(local, str(move.new), CommitChange("More", {"ledger/b/x": b"1"}), BY)
    with snapshot(local, old) as tree:
        bring_to(local, tree, old, new)
        assert (tree / "ledger/a/journal.yaml").read_text() == "new\n"
        assert (tree / "ledger/b/x").read_text() == "1"
        bring_to(local, tree, new, old)
        assert not (tree / "ledger/b/x").exists()


def test_a_copy_of_some_files_holds_no_others(local: Repo) -> None:
    with snapshot(local, tip(local.top), ["goodterms.yaml", "policies"]) as tree:
        assert [path.name for path in tree.iterdir()] == ["goodterms.yaml"]
