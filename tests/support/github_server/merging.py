"""Merging with real git: trying, merge commits, squashing and rebasing."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from tests.support.github_server.bare_repository import (
    Bare,
    Commit,
    MovedError,
    Signature,
    environment,
    signed,
)
from tests.support.github_server.diffs import between, info, log
from tests.support.github_server.http_messages import ApiError
from tests.support.github_server.pull_lifecycle import follow, mark_merged
from tests.support.github_server.server_state import World
from tests.support.github_server.state import CLOSED, Pull, Review

NOT_MERGEABLE = "Pull Request is not mergeable"


@lru_cache(maxsize=512)
def attempt(bare: Bare, base: str, head: str) -> str | None:
    """Merge two commits without moving anything: the tree, or None on conflict."""
    done = bare.run("merge-tree", "--write-tree", base, head, accept=(0, 1))
    return None if done.returncode else done.stdout.decode().split()[0]


def mergeable(world: World, pull: Pull) -> bool | None:
    """Tell whether it merges cleanly; None until a read has asked often enough."""
    base = world.state.branches.get(pull.base_ref)
    if base is None or pull.merged_at:
        return None
    key = (pull.number, base, pull.head_sha)
    world.asked[key] += 1
    if world.asked[key] <= world.rules.mergeable_lag:
        return None
    tree = attempt(world.bare, base, pull.head_sha)
    if tree and world.tested.get(pull.number) != (base, pull.head_sha):
        _keep_test_merge(world, pull, base, tree)
    return tree is not None


def _keep_test_merge(world: World, pull: Pull, base: str, tree: str) -> None:
    message = f"Merge {pull.head_sha} into {base}"
    made = _commit(world, message, world.forge_signature())
    sha = world.bare.commit_tree(tree, [base, pull.head_sha], made)
    world.bare.point({f"refs/pull/{pull.number}/merge": sha})
    world.save(replace(pull, merge_commit=sha))
    world.tested[pull.number] = (base, pull.head_sha)


def _commit(world: World, message: str, author: Signature) -> Commit:
    return Commit(message, author, world.forge_signature(), {})


def approvals(world: World, number: int) -> list[Review]:
    """List the approvals that count: each writer's latest verdict, when it is one."""
    latest: dict[str, Review] = {}
    for review in world.state.reviews.values():
        if review.number == number and review.state != "COMMENTED":
            latest[review.author] = review
    return [
        review
        for review in latest.values()
        if review.state == "APPROVED"
        and world.users[review.author].role in ("write", "admin")
    ]


def blocked(world: World, pull: Pull) -> str | None:
    """Say why the protection of its base keeps a pull request from merging."""
    guard = world.rules.protection
    if guard is None or guard.branch != pull.base_ref:
        return None
    if len(approvals(world, pull.number)) >= guard.approvals:
        return None
    head = "Repository rule violations found\n\n" if guard.kind == "ruleset" else ""
    many = "s are" if guard.approvals > 1 else " is"
    need = f"At least {guard.approvals} approving review{many} required"
    return f"{head}{need} by reviewers with write access."


def merge(world: World, number: int, by: str, body: Mapping[str, object]) -> str:
    """Merge a pull request as *body* asks and return the commit on its base."""
    pull, issue = world.state.pulls[number], world.state.issues[number]
    base = world.state.branches.get(pull.base_ref)
    method = str(body.get("merge_method", "merge"))
    if body.get("sha", pull.head_sha) != pull.head_sha:
        message = "Head branch was modified. Review and try the merge again."
        raise ApiError(409, message)
    if issue.state == CLOSED or base is None:
        raise ApiError(405, NOT_MERGEABLE)
    _refuse(world, pull, method)
    commit = _made(world, pull, base, by, body)
    if method != "rebase":
        world.sign(commit)
    try:
        world.bare.move({f"refs/heads/{pull.base_ref}": (base, commit)})
    except MovedError as error:
        message = "Base branch was modified. Review and try the merge again."
        raise ApiError(405, message) from error
    _record(world, pull, base, by, commit)
    return commit


def _refuse(world: World, pull: Pull, method: str) -> None:
    if pull.draft:
        raise ApiError(405, "Pull Request is still a draft")
    if method not in world.rules.merge_methods:
        word = {"merge": "Merge commits", "squash": "Squash merges"}
        name = word.get(method, "Rebase merges")
        raise ApiError(405, f"{name} are not allowed on this repository.")
    reason = blocked(world, pull)
    if reason:
        raise ApiError(405, reason)


def _record(world: World, pull: Pull, base: str, by: str, commit: str) -> None:
    introduced = between(world.bare, base, commit)
    mark_merged(world, pull, by, commit, introduced)
    if world.rules.delete_branch_on_merge:
        world.bare.move({f"refs/heads/{pull.head_ref}": (pull.head_sha, None)})
    follow(world, by)


def _made(
    world: World, pull: Pull, base: str, by: str, body: Mapping[str, object]
) -> str:
    method = body.get("merge_method", "merge")
    if method == "rebase":
        return _rebased(world, pull, base, by)
    tree = attempt(world.bare, base, pull.head_sha)
    if tree is None:
        raise ApiError(405, NOT_MERGEABLE)
    issue = world.state.issues[pull.number]
    if method == "squash":
        message = _message(
            body, f"{issue.title} (#{pull.number})", _listed(world, pull)
        )
        author = world.signature(issue.author)
        return world.bare.commit_tree(tree, [base], _commit(world, message, author))
    title = f"Merge pull request #{pull.number} from {world.owner}/{pull.head_ref}"
    made = _commit(world, _message(body, title, issue.title), world.signature(by))
    return world.bare.commit_tree(tree, [base, pull.head_sha], made)


def _message(body: Mapping[str, object], title: str, text: str) -> str:
    title = str(body.get("commit_title") or title)
    text = str(body.get("commit_message") or text)
    return f"{title}\n\n{text}".strip()


def _listed(world: World, pull: Pull) -> str:
    commits = between(world.bare, pull.base_sha, pull.head_sha)
    messages = [info(world.bare, sha).message for sha in commits]
    return "\n\n".join(f"* {text}" for text in messages) if len(messages) > 1 else ""


def _rebased(world: World, pull: Pull, base: str, by: str) -> str:
    with world.bare.worktree(pull.head_sha) as tree:
        who = signed(world.signature(by), world.signature(by))
        committer = {k: v for k, v in who.items() if "COMMITTER" in k}
        done = subprocess.run(
            ["git", "-C", str(tree), "rebase", "-q", "--no-ff", base],
            env=environment() | committer,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise ApiError(405, NOT_MERGEABLE)
        return log(Bare(tree), "-1", "HEAD")[0].sha
