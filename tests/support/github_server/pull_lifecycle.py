"""The lifecycle of issues and pull requests: closing, reopening, merging, following.

A pull request follows its branch: a push moves its head, a deleted branch
closes it, and a head that became reachable from the base is merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.support.github_server.bare_repository import Bare
from tests.support.github_server.diffs import between
from tests.support.github_server.http_messages import unprocessable
from tests.support.github_server.server_state import World
from tests.support.github_server.state import CLOSED, OPEN, Pull, State


def close(world: World, number: int, by: str | None, reason: str | None) -> None:
    """Close an issue or a pull request; one that is closed stays as it is."""
    issue = world.state.issues[number]
    if issue.state == OPEN:
        now = world.clock.stamp()
        shut = replace(issue, state=CLOSED, state_reason=reason, closed_by=by)
        world.save(replace(shut, closed_at=now, updated_at=now))


def reopen(world: World, number: int) -> None:
    """Open it again; a pull request needs its branch, and the head to itself."""
    issue = world.state.issues[number]
    pull = world.state.pulls.get(number)
    if issue.state == OPEN:
        return
    if pull:
        _refuse_reopening(world, pull)
        _advance(world, pull, world.state.branches[pull.head_ref])
        publish_heads(world, [number])
    opened = replace(issue, state=OPEN, closed_at=None, closed_by=None)
    reason = None if pull else "reopened"
    now = world.clock.stamp()
    world.save(replace(opened, state_reason=reason, updated_at=now))


def _refuse_reopening(world: World, pull: Pull) -> None:
    if pull.merged_at:
        message = "state cannot be changed. The pull request cannot be reopened."
        raise unprocessable("PullRequest", message)
    if pull.head_ref not in world.state.branches:
        message = f"state cannot be changed. The {pull.head_ref} branch was deleted."
        raise unprocessable("PullRequest", message)
    if not world.bare.reaches(world.state.branches[pull.head_ref], pull.head_sha):
        message = f"The {pull.head_ref} branch was force-pushed or recreated."
        raise unprocessable("PullRequest", f"state cannot be changed. {message}")
    if open_pull(world.state, pull.head_ref, pull.base_ref):
        message = "state cannot be changed. There is already an open pull request"
        raise unprocessable("PullRequest", f"{message} for {pull.head_ref}.")


def open_pull(state: State, head: str, base: str) -> Pull | None:
    """Find the open pull request from *head* into *base*."""
    pulls = open_pulls(state)
    return next((p for p in pulls if (p.head_ref, p.base_ref) == (head, base)), None)


def open_pulls(state: State) -> list[Pull]:
    """List the open pull requests, oldest first."""
    pulls = state.pulls.values()
    return [pull for pull in pulls if state.issues[pull.number].state == OPEN]


def mark_merged(
    world: World,
    pull: Pull,
    by: str | None,
    commit: str,
    introduced: tuple[str, ...],
) -> None:
    """Record that a pull request was merged, as *commit*, now."""
    now = world.clock.stamp()
    merged = replace(pull, merged_at=now, merged_by=by, merge_commit=commit)
    world.save(replace(merged, introduced=introduced))
    close(world, pull.number, by, None)


def follow(world: World, by: str | None) -> None:
    """Bring the state in line with the branches, after *by* moved them."""
    old = world.state.branches
    new = world.bare.branches()
    if new == old:
        return
    world.state = replace(world.state, branches=new)
    moved = [pull for pull in open_pulls(world.state) if _has_moved(pull, new)]
    for pull in moved:
        _advance(world, pull, new[pull.head_ref])
    publish_heads(world, [pull.number for pull in moved])
    for pull in open_pulls(world.state):
        _settle(world, pull, old.get(pull.base_ref), by)


def _has_moved(pull: Pull, branches: Mapping[str, str]) -> bool:
    return branches.get(pull.head_ref, pull.head_sha) != pull.head_sha


def _advance(world: World, pull: Pull, head: str) -> None:
    if head == pull.head_sha:
        return
    base = world.state.branches.get(pull.base_ref, pull.base_sha)
    world.save(replace(pull, head_sha=head, base_sha=base))
    touch(world, pull.number)
    guard = world.rules.protection
    if guard and guard.dismiss_stale and guard.branch == pull.base_ref:
        dismiss_approvals(world, pull.number)


def _settle(world: World, pull: Pull, old_base: str | None, by: str | None) -> None:
    base = world.state.branches.get(pull.base_ref)
    contained = base is not None and pull.head_sha in _merged_heads(world.bare, base)
    if base and contained and base != old_base:
        _merged_by_push(world, pull, old_base or base, by)
    elif contained or base is None or pull.head_ref not in world.state.branches:
        close(world, pull.number, by, None)


def _merged_heads(bare: Bare, base: str) -> list[str]:
    form = "--format=%(objectname)"
    return bare.lines("for-each-ref", form, f"--merged={base}", "refs/pull/*/head")


def _merged_by_push(world: World, pull: Pull, old: str, by: str | None) -> None:
    bare, base = world.bare, world.state.branches[pull.base_ref]
    way = bare.lines("rev-list", "--reverse", "--first-parent", f"{old}..{base}")
    arrived = [sha for sha in way if bare.reaches(sha, pull.head_sha)]
    introduced = between(bare, old, pull.head_sha)
    mark_merged(world, pull, by, (*arrived, base)[0], introduced)


def publish_heads(world: World, numbers: Sequence[int]) -> None:
    """Point ``refs/pull/N/head`` at the heads of these pull requests."""
    pulls = world.state.pulls
    shas = {f"refs/pull/{n}/head": pulls[n].head_sha for n in numbers}
    if shas:
        world.bare.point(shas)


def dismiss_approvals(world: World, number: int) -> None:
    """Take back every approval of a pull request."""
    for review in world.state.reviews.values():
        if review.number == number and review.state == "APPROVED":
            world.save(replace(review, state="DISMISSED"))


def touch(world: World, number: int) -> None:
    """Note that an issue or a pull request changed just now."""
    issue = world.state.issues[number]
    world.save(replace(issue, updated_at=world.clock.stamp()))
