"""Users and what they may do here."""

from tests.support.github_server.api.lookups import REPO, look
from tests.support.github_server.http_messages import ApiError, Reply, not_found
from tests.support.github_server.paging import page
from tests.support.github_server.routes import Call, route
from tests.support.github_server.views.people import profile, rights, user


@route("GET", "/user", "metadata:-", "none")
def get_me(call: Call) -> Reply:
    """Show the person who asks; an app's token stands for no person."""
    return Reply(200, profile(look(call), call.login))


@route("GET", "/users/{username}", role="none")
def get_user(call: Call) -> Reply:
    """Show somebody."""
    if call.params["username"] not in call.world.users:
        raise not_found()
    return Reply(200, profile(look(call), call.params["username"]))


@route("GET", f"{REPO}/collaborators/{{username}}/permission")
def get_permission(call: Call) -> Reply:
    """Show what somebody may do in the repository; ``none`` for a stranger."""
    login = call.params["username"]
    if login not in call.world.users:
        raise ApiError(404, f"{login} is not a user")
    who = call.world.users[login]
    shown = {**user(look(call), login), "permissions": rights(who)}
    shown["role_name"] = who.role
    body = {"permission": who.role, "role_name": who.role, "user": shown}
    return Reply(200, body)


@route("GET", f"{REPO}/assignees")
def list_assignees(call: Call) -> Reply:
    """List who can be assigned."""
    found = [name for name, who in call.world.users.items() if who.role != "none"]
    people = [name for name in found if call.world.users[name].kind == "User"]
    return page(call, people, lambda name: user(look(call), name))
