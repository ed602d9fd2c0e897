"""What of GitHub's GraphQL API has no twin in REST: two mutations, and queries."""

import json
import re
from dataclasses import replace

from tests.support.github_server.http_messages import Json, Reply, Request
from tests.support.github_server.server_state import World
from tests.support.github_server.state import OPEN, Issue, Token
from tests.support.github_server.views.links import node_id, parse_node_id

MOST_PINNED = 3
PAGE = 100

#: What a reading request is called in the log.
QUERY = "graphql query"


def name(request: Request) -> str:
    """Name what is asked for in the log: a query reads, a mutation changes."""
    text = str(json.loads(request.body).get("query")).lstrip()
    return "graphql" if text.startswith("mutation") else QUERY


def answer(world: World, request: Request, token: Token) -> Reply:
    """Answer a query or a mutation; like GitHub, errors come with status 200."""
    asked = json.loads(request.body)
    query = str(asked.get("query"))
    read = _read(world, query, asked.get("variables") or {}, token)
    if read:
        return read
    found = re.search(r"\b(pinIssue|unpinIssue)\b", query)
    if found is None:
        return _error("NOT_FOUND", "This query is not known here")
    if token.permissions is not None and token.permissions.get("issues") != "write":
        return _error("FORBIDDEN", "Resource not accessible by integration")
    number = _issue_number(asked)
    if number not in world.state.issues or number in world.state.pulls:
        message = "Could not resolve to a node with the global id of that issue."
        return _error("NOT_FOUND", message)
    return _pin(world, found.group(1), number)


def _read(world: World, query: str, variables: Json, token: Token) -> Reply | None:
    """Answer a query, which is known by a word in it; None for a mutation."""
    if re.search(r"\bviewer\b", query):
        return _viewer(world, token)
    if re.search(r"\bpullRequests?\(", query):
        return _pulls(world, variables, token)
    if re.search(r"\blastEditedAt\b", query):
        return _open_issues(world, variables, token)
    return None


def _viewer(world: World, token: Token) -> Reply:
    """Say who asks; the token of a workflow is a bot, and no person."""
    who = world.users[token.login]
    return Reply(200, {"data": {"viewer": {"login": who.login, "databaseId": who.id}}})


def _hidden(
    world: World, variables: Json, token: Token, permission: str
) -> Reply | None:
    """Refuse who may not see the repository, or not that part of it."""
    granted = (token.permissions or {}).get(permission, "none")
    hidden = token.permissions is not None and granted == "none"
    if hidden or f"{variables['owner']}/{variables['name']}" != world.full_name:
        named = f"'{variables['owner']}/{variables['name']}'"
        message = f"Could not resolve to a Repository with the name {named}."
        return _error("NOT_FOUND", message)
    return None


def _pulls(world: World, variables: Json, token: Token) -> Reply:
    """List what was said below the open pull requests, or below one of any state."""
    hidden = _hidden(world, variables, token, "pull_requests")
    if hidden:
        return hidden
    if "number" in variables:
        number = int(str(variables["number"]))
        before = (variables.get("comments"), variables.get("reviews"))
        shown = _said(world, number, before, (PAGE, PAGE))
        return Reply(200, {"data": {"repository": {"pullRequest": shown}}})
    found = [
        number
        for number, pull in sorted(world.state.pulls.items())
        if world.state.issues[number].state == OPEN
        and pull.base_ref == variables["base"]
    ]
    start = int(str(variables.get("after") or 0))
    info = {"hasNextPage": len(found) > start + PAGE, "endCursor": str(start + PAGE)}
    nodes = [_said(world, number) for number in found[start : start + PAGE]]
    pulls = {"pageInfo": info, "nodes": nodes}
    return Reply(200, {"data": {"repository": {"pullRequests": pulls}}})


def _said(
    world: World,
    number: int,
    before: tuple[object, object] = (None, None),
    most: tuple[int, int] = (50, 20),
) -> Json:
    """Show the latest comments and reviews; a review's text is never edited here."""
    state = world.state
    comments: list[Json] = [
        {
            "id": node_id("IssueComment", one.id),
            "body": one.body,
            "createdAt": one.created_at,
            "lastEditedAt": one.edited_at,
            "author": _actor(world, one.author),
        }
        for one in state.comments.values()
        if one.number == number
    ]
    reviews: list[Json] = [
        {
            "id": node_id("PullRequestReview", one.id),
            "body": one.body,
            "createdAt": one.submitted_at,
            "lastEditedAt": None,
            "author": _actor(world, one.author),
        }
        for one in state.reviews.values()
        if one.number == number
    ]
    return {
        "number": number,
        "comments": _latest(comments, before[0], most[0]),
        "reviews": _latest(reviews, before[1], most[1]),
    }


def _latest(nodes: list[Json], before: object, most: int) -> Json:
    """Show the last of a list, or of what stands before a cursor."""
    end = int(str(before)) if before else len(nodes)
    start = max(0, end - most)
    cursor = str(start) if nodes[start:end] else None
    info = {"hasPreviousPage": start > 0 and end > 0, "startCursor": cursor}
    return {"pageInfo": info, "nodes": nodes[start:end]}


def _open_issues(world: World, variables: Json, token: Token) -> Reply:
    """List the open issues, no pull requests, oldest first, a page at a time."""
    hidden = _hidden(world, variables, token, "issues")
    if hidden:
        return hidden
    found = [
        one
        for number, one in sorted(world.state.issues.items())
        if number not in world.state.pulls and one.state == OPEN
    ]
    found = found if world.rules.has_issues else []
    start = int(str(variables.get("after") or 0))
    end = start + PAGE
    info = {"hasNextPage": len(found) > end, "endCursor": str(end)}
    nodes = [_issue(world, one) for one in found[start:end]]
    issues = {"pageInfo": info, "nodes": nodes}
    return Reply(200, {"data": {"repository": {"issues": issues}}})


def _issue(world: World, one: Issue) -> Json:
    reason = one.state_reason
    names = [world.state.labels[label.lower()].name for label in one.labels]
    return {
        "number": one.number,
        "createdAt": one.created_at,
        "stateReason": reason.upper() if reason else None,
        "body": one.body or "",
        "lastEditedAt": one.edited_at,
        "labels": {"nodes": [{"name": each} for each in names]},
        "author": _actor(world, one.author),
        "editor": _actor(world, one.editor),
    }


def _actor(world: World, login: str | None) -> Json | None:
    """Show somebody; a bot's login has no ``[bot]`` here, nobody is left of a ghost."""
    if login is None or login not in world.users:
        return None
    who, shown = world.users[login], login.removesuffix("[bot]")
    return {"__typename": who.kind, "login": shown, "databaseId": who.id}


def _issue_number(asked: Json) -> int:
    text = json.dumps(asked.get("variables") or {}) + str(asked.get("query"))
    ids = [parse_node_id(word) for word in re.findall(r'"([A-Za-z0-9+/=]+)\\?"', text)]
    return next((n for kind, n in filter(None, ids) if kind == "Issue"), 0)


def _pin(world: World, word: str, number: int) -> Reply:
    others = tuple(n for n in world.state.pinned if n != number)
    pinned = (*others, number) if word == "pinIssue" else others
    if len(pinned) > MOST_PINNED:
        message = f"Maximum {MOST_PINNED} pinned issues per repository"
        return _error("UNPROCESSABLE", message)
    world.state = replace(world.state, pinned=pinned)
    shown = {"id": node_id("Issue", number), "number": number}
    issue = {**shown, "isPinned": number in pinned}
    return Reply(200, {"data": {word: {"issue": issue}}})


def _error(kind: str, message: str) -> Reply:
    return Reply(200, {"data": None, "errors": [{"type": kind, "message": message}]})
