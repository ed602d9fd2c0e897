"""Requests, replies, and errors as GitHub words them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Json = dict[str, object]

DOCS = "https://docs.github.com/rest"
JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in lower case, the path is still encoded.

    *api* and *web* are the addresses that the caller used, so that links in
    replies lead back to where it came from.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    api: str
    web: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply: JSON unless the body is bytes; None is an empty body."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Encode the body as it goes over the wire."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


class ApiError(Exception):
    """A refusal in GitHub's own words."""

    def __init__(
        self, status: int, message: str, errors: Sequence[object] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)

    def reply(self) -> Reply:
        """Word the refusal as a reply."""
        body: Json = {"message": self.message}
        if self.errors:
            body["errors"] = self.errors
        body |= {"documentation_url": DOCS, "status": str(self.status)}
        return Reply(self.status, body)


def not_found() -> ApiError:
    """Say that there is no such thing, or none that the caller may see."""
    return ApiError(404, "Not Found")


def invalid(resource: str, field: str, code: str = "invalid") -> ApiError:
    """Refuse one field of a request body."""
    error = {"resource": resource, "field": field, "code": code}
    return ApiError(422, "Validation Failed", [error])


def unprocessable(resource: str, message: str) -> ApiError:
    """Refuse a request body for a reason that GitHub puts in a sentence."""
    error = {"resource": resource, "code": "custom", "message": message}
    return ApiError(422, "Validation Failed", [error])
