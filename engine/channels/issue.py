"""An issue on GitHub: one of us calls or posts, and closes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from engine.channels.delivery import Delivery, Handed
from engine.forge.github.api import Api
from engine.forge.github.client import ApiError
from engine.forge.github.forge import open_github
from engine.forge.github.values import Issue
from engine.page import Marker, read_marker
from engine.page.layout import paragraphs
from engine.page.marker import digest
from engine.page.safe import Md, say, title
from engine.page.wording import wording
from engine.refusal import RefusalError
from engine.repo import open_repo
from engine.settings import Settings

#: By which such issues are found; people may filter by it, too.
LABEL = "goodterms-task"

#: What there is to do, by the channel.
TITLES = {"phone": "Call", "letter": "Post a letter", "sms": "Send a text message"}

_COUNTS = "It counts as sent from the day on which the issue was opened."
_ENDS = {
    "phone": "Call, record what came of it (the form for calls, or `goodterms record"
    " call`), and close this issue. Closing it alone records nothing.",
    "letter": f"Print it, post it, and close this issue. {_COUNTS}",
    "sms": f"Send it, and close this issue. {_COUNTS}",
}

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class IssueChannel:
    """An issue for each message, assigned to the account's owner.

    The same id is one issue, found again by the mark that ends its text; words
    that have changed since are written over while it is open.
    """

    settings: Settings
    connect: Callable[[], Api]
    name: str = "issue"
    deduplicates: bool = True

    def deliver(self, delivery: Delivery) -> Handed:
        """Open the issue, unless it is there."""
        try:
            self._deliver(self.connect(), delivery)
        except (ApiError, RefusalError) as error:
            return Handed("failed", str(error))
        return Handed("sent")

    def _deliver(self, api: Api, delivery: Delivery) -> None:
        named, body, marker = _worded(delivery)
        found = _find(api, marker)
        if found is None:
            self._open(api, delivery, named, body, marker)
        elif found.open and _content(found) != marker.content:
            api.edit_issue(found.number, named, body)

    def _open(
        self, api: Api, delivery: Delivery, named: str, body: str, marker: Marker
    ) -> None:
        """Open it; where no answer comes, look whether it is there."""
        person = self.settings.people.get(delivery.owner or "")
        logins = [person.github] if person and person.github else []
        try:
            api.open_issue(named, body, [LABEL], logins)
        except ApiError as error:
            if not error.unclear or _find(api, marker) is None:
                raise


def open_issues(settings: Settings, root: Path, env: Mapping[str, str]) -> IssueChannel:
    """Make ready the channel; it connects when something goes through it."""

    def connect() -> Api:
        return open_github(settings, open_repo(root), env).api

    return IssueChannel(settings, connect)


def _worded(delivery: Delivery) -> tuple[str, str, Marker]:
    """Write title and text; what customers wrote can ping nobody."""
    do = TITLES[delivery.channel]
    about = delivery.about or delivery.account
    body = paragraphs(
        say("**{}:** {}", do, about),
        Md(_ENDS[delivery.channel]),
        wording(delivery.parts.get(".txt", b"").decode()),
        say("<sub>{}/{}</sub>", delivery.account, delivery.entry),
    )
    marker = Marker("task", delivery.account, delivery.entry, "", digest(body))
    return title(f"{do}: {about}", _LONGEST_TITLE), f"{body}\n\n{marker}\n", marker


def _find(api: Api, marker: Marker) -> Issue | None:
    """Find the issue of an id; it cannot be older than the id's own day."""
    day = date.fromisoformat(marker.decision[:10]) - timedelta(days=1)
    for issue in api.issues(LABEL, datetime.combine(day, time(), UTC)):
        found = read_marker(issue.body)
        if found and (found.topic, found.account, found.decision) == (
            marker.topic,
            marker.account,
            marker.decision,
        ):
            return issue
    return None


def _content(issue: Issue) -> str:
    found = read_marker(issue.body)
    return found.content if found else ""
