"""Users, bots and the organisation."""

from tests.support.github_server.http_messages import Json
from tests.support.github_server.state import User
from tests.support.github_server.views.links import Look, node_id

_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_SINCE = "2020-01-01T00:00:00Z"


def user(look: Look, login: str) -> Json:
    """Show someone in short, as everywhere inside other things."""
    who = look.world.users[login]
    url = f"{look.api}/users/{login}"
    page = f"/apps/{login.removesuffix('[bot]')}" if who.kind == "Bot" else f"/{login}"
    return {
        "login": login,
        "id": who.id,
        "node_id": node_id("User", who.id),
        "avatar_url": f"{look.web}/avatars/u/{who.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{look.web}{page}",
        **{name: f"{url}{end}" for name, end in _LINKS.items()},
        "type": who.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def user_or_none(look: Look, login: str | None) -> Json | None:
    """Show someone in short, or nobody; nothing is left of an account that is gone."""
    return user(look, login) if login in look.world.users else None


def profile(look: Look, login: str) -> Json:
    """Show someone as their own page does."""
    nothing = ("company", "blog", "location", "email", "hireable", "bio", "name")
    counts = ("public_repos", "public_gists", "followers", "following")
    return {
        **user(look, login),
        **dict.fromkeys(nothing),
        **dict.fromkeys(counts, 0),
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


def association(look: Look, login: str) -> str:
    """Tell how an author stands to the repository."""
    if login not in look.world.users:
        return "NONE"
    who = look.world.users[login]
    if who.kind == "Bot":
        return "CONTRIBUTOR"
    return "NONE" if who.role == "none" else "COLLABORATOR"


def rights(who: User) -> dict[str, bool]:
    """Spell out what a role allows."""
    write = who.role in ("write", "admin")
    return {
        "admin": who.role == "admin",
        "maintain": who.role == "admin",
        "push": write,
        "triage": write,
        "pull": who.role != "none",
    }
