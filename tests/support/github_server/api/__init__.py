"""The operations of GitHub's REST API that are answered; importing registers them."""

from tests.support.github_server.api import (
    actions,
    commits,
    contents,
    guards,
    issues,
    labels,
    people,
    pulls,
    refs,
    repo,
    reviews,
    threads,
)

__all__ = [
    "actions",
    "commits",
    "contents",
    "guards",
    "issues",
    "labels",
    "people",
    "pulls",
    "refs",
    "repo",
    "reviews",
    "threads",
]
