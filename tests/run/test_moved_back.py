"""The remote's main only moves forward."""

from pathlib import Path

import pytest

from goodterms.git import open_repo, publish, read_refs
from goodterms.model.refusal import RefusalError
from tests.git.test_git import FILES, grow
from tests.support.git_repos import add_remote, new_repo, sh, tip


@pytest.mark.parametrize("how", ["moved back", "rewritten"])
def test_a_main_that_lost_commits_refuses_the_run_until_they_are_back(
    tmp_path: Path, how: str
) -> None:
    root = new_repo(tmp_path / "books", FILES)
    bare = add_remote(root, tmp_path / "origin.git")
    repo = open_repo(root)
    first = tip(root)
    assert publish(repo, [grow(repo, "sent")]).landed
    known = read_refs(repo).main
    sh(bare, "update-ref", "refs/heads/main", first)
    if how == "rewritten":
        sh(root, "commit", "-q", "--allow-empty", "-m", "Other")
        sh(root, "push", "-q", "origin", "main")
    for _ in range(2):
        with pytest.raises(RefusalError, match="has lost commits") as refused:
            read_refs(repo)
        assert "git merge refs/goodterms/remote/main" in str(refused.value)
    sh(root, "merge", "-q", "--no-edit", "refs/goodterms/remote/main")
    sh(root, "push", "-q", "origin", "main")
    assert read_refs(repo).main == tip(root)
    assert sh(root, "merge-base", "--is-ancestor", known, "main") == ""


def test_what_a_run_pushed_is_known_before_the_next_fetch(tmp_path: Path) -> None:
    root = new_repo(tmp_path / "books", FILES)
    bare = add_remote(root, tmp_path / "origin.git")
    repo = open_repo(root)
    first = tip(root)
    assert publish(repo, [grow(repo, "sent")]).landed
    sh(bare, "update-ref", "refs/heads/main", first)
    with pytest.raises(RefusalError, match="has lost commits"):
        read_refs(repo)
