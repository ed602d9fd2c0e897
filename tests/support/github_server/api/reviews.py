"""Reviews, and whom they are asked of."""

from dataclasses import replace

from tests.support.github_server.api.lookups import (
    REPO,
    checked_body,
    look,
    names,
    the_pull,
)
from tests.support.github_server.http_messages import ApiError, Reply, not_found
from tests.support.github_server.paging import page
from tests.support.github_server.pull_lifecycle import touch
from tests.support.github_server.routes import Call, route
from tests.support.github_server.server_state import BOT
from tests.support.github_server.state import Pull, Review
from tests.support.github_server.views.people import user
from tests.support.github_server.views.pull import pull, review

_REVIEWS = f"{REPO}/pulls/{{pull_number}}/reviews"
_ASKED = f"{REPO}/pulls/{{pull_number}}/requested_reviewers"
_WRITE = "pull_requests:write"
_READ = "pull_requests:read"
_STATES = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}


@route("GET", _REVIEWS, _READ)
def list_reviews(call: Call) -> Reply:
    """List the reviews of a pull request in the order they were given."""
    number = the_pull(call).number
    found = [one for one in call.state.reviews.values() if one.number == number]
    return page(call, found, lambda one: review(look(call), one))


@route("GET", f"{_REVIEWS}/{{review_id}}", _READ)
def get_review(call: Call) -> Reply:
    """Show one review."""
    return Reply(200, review(look(call), _the_review(call)))


def _the_review(call: Call) -> Review:
    found = call.state.reviews.get(call.number("review_id"))
    if found is None or found.number != the_pull(call).number:
        raise not_found()
    return found


@route("POST", _REVIEWS, _WRITE)
def create_review(call: Call) -> Reply:
    """Review the head, or the commit that is named."""
    found, event = the_pull(call), str(call.body.get("event", ""))
    text = checked_body("PullRequestReview", call.body.get("body")) or ""
    _refuse(call, found, event, text)
    commit = str(call.body.get("commit_id", found.head_sha))
    given = Review(
        id=next(call.world.ids),
        number=found.number,
        author=call.login,
        state=_STATES[event],
        body=text,
        commit=commit,
        submitted_at=call.world.clock.stamp(),
    )
    waiting = tuple(login for login in found.reviewers if login != call.login)
    call.world.save(given, replace(found, reviewers=waiting))
    touch(call.world, found.number)
    return Reply(200, review(look(call), given))


def _refuse(call: Call, found: Pull, event: str, text: str) -> None:
    own = call.state.issues[found.number].author == call.login
    words = {"APPROVE": "approve", "REQUEST_CHANGES": "request changes on"}
    if event in words and own:
        raise _refused(f"Can not {words[event]} your own pull request")
    allowed = call.world.rules.actions_may_open_pulls
    if event == "APPROVE" and call.login == BOT and not allowed:
        raise _refused("GitHub Actions is not permitted to approve pull requests.")
    if event not in _STATES:
        raise _refused("Pending reviews are not kept by this server")
    if event != "APPROVE" and not text:
        raise _refused("You need to leave a comment indicating the requested changes.")


def _refused(reason: str) -> ApiError:
    return ApiError(422, "Unprocessable Entity", [reason])


@route("PUT", f"{_REVIEWS}/{{review_id}}/dismissals", _WRITE, "write")
def dismiss_review(call: Call) -> Reply:
    """Take a verdict back."""
    found = _the_review(call)
    if found.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise _refused("Can not dismiss a commented pull request review")
    taken = replace(found, state="DISMISSED")
    call.world.save(taken)
    return Reply(200, review(look(call), taken))


@route("GET", _ASKED, _READ)
def list_requested(call: Call) -> Reply:
    """List who was asked and has not answered."""
    people = [user(look(call), login) for login in the_pull(call).reviewers]
    return Reply(200, {"users": people, "teams": []})


@route("POST", _ASKED, _WRITE, "write")
def request_reviewers(call: Call) -> Reply:
    """Ask collaborators, except the author, to review."""
    found, asked = the_pull(call), names(call.body.get("reviewers"))
    if call.state.issues[found.number].author in asked:
        message = "Review cannot be requested from pull request author."
        raise ApiError(422, message)
    people = call.world.users
    if any(login not in people or people[login].role == "none" for login in asked):
        start = "Reviews may only be requested from collaborators. One or more of the"
        end = f"you specified is not a collaborator of the {call.world.full_name}"
        raise ApiError(422, f"{start} users or teams {end} repository.")
    everybody = tuple(dict.fromkeys([*found.reviewers, *asked]))
    changed = replace(found, reviewers=everybody)
    call.world.save(changed)
    return Reply(201, pull(look(call), changed))


@route("DELETE", _ASKED, _WRITE, "write")
def withdraw_reviewers(call: Call) -> Reply:
    """No longer ask these people."""
    found, gone = the_pull(call), names(call.body["reviewers"])
    left = tuple(login for login in found.reviewers if login not in gone)
    changed = replace(found, reviewers=left)
    call.world.save(changed)
    return Reply(200, pull(look(call), changed))
