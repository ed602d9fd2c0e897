"""People who act: by the same API and the same git as everybody else."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.support.github_server.client import Answer, Client
from tests.support.github_server.forms import Filled, fill_in

if TYPE_CHECKING:
    from tests.support.github_server.forge import Forge

FORMS = ".github/ISSUE_TEMPLATE/"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a browser; what is refused raises `client.CallError`.

    Faults do not hit people, and their requests are marked in the log.
    """

    forge: "Forge"
    login: str
    client: Client

    def approve(self, number: int, text: str = "", commit: str | None = None) -> Answer:
        """Approve a pull request, as it is or at an earlier commit."""
        return self.review(number, "APPROVE", text, commit)

    def review(
        self, number: int, event: str, text: str = "", commit: str | None = None
    ) -> Answer:
        """Review a pull request with APPROVE, REQUEST_CHANGES or COMMENT."""
        body: dict[str, object] = {"event": event, "body": text}
        if commit:
            body["commit_id"] = commit
        return self._post(f"/pulls/{number}/reviews", body)

    def merge(self, number: int, method: str = "merge", sha: str | None = None) -> str:
        """Merge a pull request and return the commit that it became."""
        body: dict[str, object] = {"merge_method": method}
        if sha:
            body["sha"] = sha
        path = f"{self._repo}/pulls/{number}/merge"
        return str(self.client.call("PUT", path, body).good()["sha"])

    def close(self, number: int, comment: str | None = None) -> Answer:
        """Close an issue or a pull request, with a comment if there is one."""
        if comment:
            self.comment(number, comment)
        return self.client.patch(self._issue(number), state="closed").good()

    def reopen(self, number: int) -> Answer:
        """Open an issue or a pull request again."""
        return self.client.patch(self._issue(number), state="open").good()

    def comment(self, number: int, text: str) -> Answer:
        """Comment on an issue or a pull request."""
        return self._post(f"/issues/{number}/comments", {"body": text})

    def edit_comment(self, comment: int, text: str) -> Answer:
        """Write a comment anew."""
        path = f"{self._repo}/issues/comments/{comment}"
        return self.client.patch(path, body=text).good()

    def delete_comment(self, comment: int) -> None:
        """Take a comment away, past the API."""
        world = self.forge.world
        with world.lock:
            kept = {n: c for n, c in world.state.comments.items() if n != comment}
            world.state = replace(world.state, comments=kept)

    def label(self, number: int, *labels: str) -> Answer:
        """Put labels on an issue or a pull request."""
        return self._post(f"/issues/{number}/labels", {"labels": list(labels)})

    def assign(self, number: int, *logins: str) -> Answer:
        """Assign people to an issue or a pull request."""
        return self._post(f"/issues/{number}/assignees", {"assignees": list(logins)})

    def open_pull(self, head: str, title: str, body: str = "") -> int:
        """Open a pull request into main and return its number."""
        wanted = {"head": head, "base": "main", "title": title, "body": body}
        return _number(self._post("/pulls", wanted))

    def open_issue(self, title: str, body: str = "", labels: Sequence[str] = ()) -> int:
        """Open an issue and return its number."""
        wanted = {"title": title, "body": body, "labels": list(labels)}
        return _number(self._post("/issues", wanted))

    def open_issue_from_form(
        self, form: str, title: str | None = None, **answers: Filled
    ) -> int:
        """Fill in a form of main's ``.github/ISSUE_TEMPLATE`` and return the number.

        Its labels and assignees count whoever files it, as on GitHub.
        """
        filed = fill_in(self.forge.read(f"{FORMS}{form}"), answers, title)
        wanted = {"title": filed.title or "Untitled", "body": filed.body}
        number = _number(self._post("/issues", wanted))
        if filed.labels:
            self.forge.clerk.label(number, *filed.labels)
        if filed.assignees:
            self.forge.clerk.assign(number, *filed.assignees)
        return number

    def edit(self, branch: str, path: str, text: str, message: str = "Edit") -> str:
        """Write a file in the browser and return the commit.

        A branch that is not there is made from main first, as the editor offers.
        """
        if branch not in self.forge.state.branches:
            self._branch_off(branch)
        body = {"message": message, "branch": branch, **self._sha(branch, path)}
        body["content"] = base64.b64encode(text.encode()).decode()
        answer = self.client.call("PUT", f"{self._repo}/contents/{path}", body)
        return _commit(answer.good())

    def remove(self, branch: str, path: str, message: str = "Delete") -> str:
        """Delete a file on a branch in the browser and return the commit."""
        body = {"message": message, "branch": branch, **self._sha(branch, path)}
        answer = self.client.call("DELETE", f"{self._repo}/contents/{path}", body)
        return _commit(answer.good())

    def delete_branch(self, branch: str) -> Answer:
        """Delete a branch; its open pull requests close."""
        return self.client.delete(f"{self._repo}/git/refs/heads/{branch}").good()

    @property
    def _repo(self) -> str:
        return f"/repos/{self.forge.full_name}"

    def _issue(self, number: int) -> str:
        return f"{self._repo}/issues/{number}"

    def _post(self, path: str, body: object) -> Answer:
        return self.client.call("POST", f"{self._repo}{path}", body).good()

    def _branch_off(self, branch: str) -> None:
        start = self.forge.state.branches["main"]
        self._post("/git/refs", {"ref": f"refs/heads/{branch}", "sha": start})

    def _sha(self, branch: str, path: str) -> dict[str, object]:
        found = self.client.get(f"{self._repo}/contents/{path}", ref=branch)
        return {"sha": found["sha"]} if found.status == 200 else {}


def _number(answer: Answer) -> int:
    number = answer["number"]
    assert isinstance(number, int)
    return number


def _commit(answer: Answer) -> str:
    commit = answer["commit"]
    assert isinstance(commit, dict)
    return str(commit["sha"])
