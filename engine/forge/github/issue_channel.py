"""An issue on GitHub: one of us calls or posts, and closes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias

from goodterms.channels.delivery import Delivery, DeliveryResult
from goodterms.forge.github.api import Api
from goodterms.forge.github.client import ApiError
from goodterms.forge.github.forge import open_github
from goodterms.forge.github.objects import Issue
from goodterms.git import open_repo
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.views import PageMarker, read_marker
from goodterms.views.file_links import form_address
from goodterms.views.markdown import Markdown, say, title
from goodterms.views.page_layout import paragraphs
from goodterms.views.page_marker import digest
from goodterms.views.proposal_page.message_preview import wording

#: By which such issues are found; people may filter by it, too.
LABEL = "goodterms-task"

#: What there is to do, by the channel.
TITLES = {"phone": "Call", "letter": "Post a letter", "sms": "Send a text message"}

_COUNTS = "It counts as sent from the day on which the issue was opened."
_ENDS = {
    "phone": "Call, record what came of it ([the form for calls]({form}), or"
    " `goodterms record call`), and close this issue. Closing it alone records"
    " nothing.",
    "letter": f"Print it, post it, and close this issue. {_COUNTS}",
    "sms": f"Send it, and close this issue. {_COUNTS}",
}

_LONGEST_TITLE = 200


#: The issues of a day on, by what their marks say they are about.
Known: TypeAlias = dict[tuple[str, str], Issue]


@dataclass(slots=True)
class IssueChannel:
    """An issue for each message, assigned to the account's owner.

    The same id is one issue, found again by the mark that ends its text; words
    that have changed since are written over while it is open. What there is of
    a day is listed once, not once for each message.
    """

    settings: Settings
    connect: Callable[[], Api]
    name: str = "issue"
    deduplicates: bool = True
    _known: dict[date, Known] = field(default_factory=dict, init=False, repr=False)

    def deliver(self, delivery: Delivery) -> DeliveryResult:
        """Open the issue, unless it is there."""
        try:
            self._deliver(self.connect(), delivery)
        except (ApiError, RefusalError) as error:
            return DeliveryResult("failed", str(error))
        return DeliveryResult("sent", by_hand=True)

    def _deliver(self, api: Api, delivery: Delivery) -> None:
        named, body, marker = _worded(delivery, api.client.where.page)
        issue = self._there(api, marker).get(_about(marker))
        if issue is None:
            self._open(api, delivery, named, body, marker)
        elif _content(issue) != marker.content and api.issue(issue.number).open:
            api.edit_issue(issue.number, named, body)

    def _there(self, api: Api, marker: PageMarker) -> Known:
        """List what there is since the day before an id's own: it is no older."""
        day = date.fromisoformat(marker.decision[:10]) - timedelta(days=1)
        if day not in self._known:
            self._known[day] = _listed(api, day)
        return self._known[day]

    def _open(
        self, api: Api, delivery: Delivery, named: str, body: str, marker: PageMarker
    ) -> None:
        """Open it; where no answer comes, look whether it is there."""
        person = self.settings.people.get(delivery.owner or "")
        logins = [person.github] if person and person.github else []
        try:
            issue = _open_for(api, named, body, logins)
            self._there(api, marker)[_about(marker)] = issue
        except ApiError as error:
            if not error.unclear:
                raise
            self._known.clear()
            if _about(marker) not in self._there(api, marker):
                raise


def open_channel(
    settings: Settings, root: Path, env: Mapping[str, str]
) -> IssueChannel:
    """Make ready the channel; it connects when something goes through it."""

    @cache
    def connect() -> Api:
        return open_github(settings, open_repo(root), env).api

    return IssueChannel(settings, connect)


def _worded(delivery: Delivery, repository: str) -> tuple[str, str, PageMarker]:
    """Write title and text; what customers wrote can ping nobody."""
    form = form_address(repository, "call", delivery.account)
    do = TITLES[delivery.channel]
    subject = delivery.description or delivery.account
    body = paragraphs(
        say("**{}:** {}", do, subject),
        Markdown(_ENDS[delivery.channel].format(form=form)),
        wording(delivery.parts.get(".txt", b"").decode()),
        say("<sub>{}/{}</sub>", delivery.account, delivery.entry),
    )
    marker = PageMarker("task", delivery.account, delivery.entry, "", digest(body))
    return title(f"{do}: {subject}", _LONGEST_TITLE), f"{body}\n\n{marker}\n", marker


def _open_for(api: Api, named: str, body: str, logins: list[str]) -> Issue:
    """Open it for somebody; for nobody where GitHub does not let them be assigned."""
    try:
        return api.open_issue(named, body, [LABEL], logins)
    except ApiError as error:
        if error.status != HTTPStatus.UNPROCESSABLE_ENTITY or not logins:
            raise
        return api.open_issue(named, body, [LABEL], [])


def _listed(api: Api, day: date) -> Known:
    issues = api.issues(LABEL, datetime.combine(day, time(), UTC))
    marked = ((api.mark(issue), issue) for issue in issues)
    return {
        _about(marker): issue
        for marker, issue in marked
        if marker and marker.topic == "task"
    }


def _about(marker: PageMarker) -> tuple[str, str]:
    return marker.account, marker.decision


def _content(issue: Issue) -> str:
    marker = read_marker(issue.body)
    return marker.content if marker else ""
