"""What of GitHub's GraphQL API has no twin in REST: two mutations, and queries."""

import json
import re
from dataclasses import replace

from tests.github.nouns import Token
from tests.github.views.look import node_id, parse_node_id
from tests.github.wire import Json, Reply, Request
from tests.github.world import World

MOST_PINNED = 3

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
    if re.search(r"\bviewer\b", query):
        return _viewer(world, token)
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


def _viewer(world: World, token: Token) -> Reply:
    """Say who asks; the token of a workflow is a bot, and no person."""
    who = world.users[token.login]
    return Reply(200, {"data": {"viewer": {"login": who.login, "databaseId": who.id}}})


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
