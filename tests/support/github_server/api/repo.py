"""The repository itself, the rate limit, and events sent from outside."""

from tests.support.github_server.api.lookups import REPO, look
from tests.support.github_server.http_messages import ApiError, Json, Reply
from tests.support.github_server.routes import Call, route
from tests.support.github_server.server_state import World
from tests.support.github_server.views.repo import full_repo

PERSON_LIMIT = 5000
APP_LIMIT = 1000
_HOUR = 3600
_MOST_PROPERTIES = 10


def rate(world: World, text: str) -> dict[str, int]:
    """Tell how much of the hour's limit a token has used."""
    app = world.tokens[text].permissions is not None
    limit, used = APP_LIMIT if app else PERSON_LIMIT, world.used[text]
    reset = world.clock.epoch() // _HOUR * _HOUR + _HOUR
    return {"limit": limit, "used": used, "remaining": limit - used, "reset": reset}


@route("GET", REPO)
def get_repo(call: Call) -> Reply:
    """Show the repository."""
    return Reply(200, full_repo(look(call), call.user))


@route("GET", "/rate_limit")
def get_rate_limit(call: Call) -> Reply:
    """Show the limits; asking costs nothing."""
    core = rate(call.world, call.token.text)
    resources = dict.fromkeys(("core", "search", "graphql"), core)
    return Reply(200, {"resources": resources, "rate": core})


@route("POST", f"{REPO}/dispatches", "contents:write", "write")
def dispatch(call: Call) -> Reply:
    """Take an event from outside; it is kept in the world's `dispatches`."""
    payload = call.body.get("client_payload")
    if isinstance(payload, dict) and len(payload) > _MOST_PROPERTIES:
        message = f"No more than {_MOST_PROPERTIES} properties are allowed"
        raise ApiError(422, f"Invalid request.\n\n{message}")
    event: Json = {"by": call.login, **call.body}
    call.world.dispatches.append(event)
    return Reply(204)
