"""From a request to its reply: faults, access, GitHub's description, the effect."""

import hashlib
import json
from dataclasses import dataclass, field, replace

from tests.support.github_server import api, contract, git_over_http, graphql
from tests.support.github_server.access import caller, may, refuse
from tests.support.github_server.api.repo import rate
from tests.support.github_server.faults import BEFORE, Fault, instead
from tests.support.github_server.http_messages import (
    JSON_TYPE,
    ApiError,
    Json,
    Reply,
    Request,
    not_found,
)
from tests.support.github_server.pull_lifecycle import follow
from tests.support.github_server.request_log import Exchange, entry
from tests.support.github_server.routes import Call, Route, find
from tests.support.github_server.server_state import World
from tests.support.github_server.state import Token

OPERATIONS = api.__all__
PERSON = "x-forge-person"


@dataclass(slots=True)
class Desk:
    """Where every request is taken; keeps the log and what broke the contract."""

    world: World
    faults: list[Fault] = field(default_factory=list)
    log: list[Exchange] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def handle(self, request: Request) -> tuple[Reply | None, float]:
        """Answer a request; None drops the connection. Also how long to wait first."""
        fault = self._fault(request)
        with self.world.lock:
            token = self._token(request)
        if fault and fault.kind in BEFORE:
            reply = instead(fault, self.world, request)
            name = git_over_http.service(request) or ""
        else:
            reply, name = self._effect(request, token, fault)
        if fault and fault.kind in ("error-after", "drop-after"):
            reply = instead(fault, self.world, request)
        login = token.login if token else ""
        kind = fault.kind if fault else None
        self.log.append(entry(request, name, login, reply, kind))
        return reply, fault.seconds if fault and fault.kind == "slow" else 0

    def _fault(self, request: Request) -> Fault | None:
        if PERSON in request.headers:
            return None
        waiting = [fault for fault in self.faults if not fault.spent]
        return next((fault for fault in waiting if fault.takes(request)), None)

    def _token(self, request: Request) -> Token | None:
        try:
            return caller(self.world, request.headers)
        except ApiError:
            return None

    def _effect(
        self, request: Request, token: Token | None, fault: Fault | None
    ) -> tuple[Reply, str]:
        service = git_over_http.service(request)
        if service:
            return git_over_http.serve(self.world, request), service
        with self.world.lock:
            follow(self.world, None)
            with self.world.as_of(fault.state if fault else None):
                return self._api(request, token)

    def _api(self, request: Request, token: Token | None) -> tuple[Reply, str]:
        try:
            caller(self.world, request.headers)
            _introduced(request, token)
            if token and (request.method, request.path) == ("POST", "/graphql"):
                return graphql.answer(self.world, request, token), graphql.name(request)
            found = find(request.method, request.path)
        except ApiError as error:
            return error.reply(), ""
        if found is None or token is None:
            self.violations.append(f"no operation {request.method} {request.path}")
            return not_found().reply(), ""
        route, params = found
        reply = self._called(route, request, token, params)
        return self._finished(request, reply, token), route.template

    def _called(
        self, route: Route, request: Request, token: Token, params: dict[str, str]
    ) -> Reply:
        self.world.used[token.text] += route.template != "/rate_limit"
        try:
            _allow(self.world, route, token, params)
            body = self._checked(route, request)
            reply = route.handler(Call(self.world, request, token, params, body))
        except ApiError as error:
            reply = error.reply()
        return self._described(route, reply)

    def _checked(self, route: Route, request: Request) -> Json:
        body = _json(request)
        wrong = contract.wrong_query(route.method, route.template, request.query)
        self._note(route, wrong)
        wrong = contract.wrong_body(route.method, route.template, body)
        self._note(route, wrong)
        if any(not complaint.startswith("unknown") for complaint in wrong):
            raise ApiError(422, f"Invalid request.\n\n{wrong[0]}")
        return body if isinstance(body, dict) else {"labels": body}

    def _described(self, route: Route, reply: Reply) -> Reply:
        body = reply.body
        if not isinstance(body, bytes):
            args = (route.method, route.template, reply.status)
            self._note(route, contract.wrong_reply(*args, body), f" {reply.status}")
        return reply

    def _note(self, route: Route, wrong: list[str], answer: str = "") -> None:
        start = f"{route.method} {route.template}{answer}"
        self.violations += [f"{start}: {complaint}" for complaint in wrong]

    def _finished(self, request: Request, reply: Reply, token: Token) -> Reply:
        limits = {
            f"x-ratelimit-{name}": str(value)
            for name, value in rate(self.world, token.text).items()
        }
        headers = {"content-type": JSON_TYPE, **limits, **reply.headers}
        if request.method == "GET" and reply.status == 200:
            tag = f'W/"{hashlib.sha256(reply.content()).hexdigest()}"'
            headers["etag"] = tag
            if request.headers.get("if-none-match") == tag:
                return Reply(304, None, headers)
        return replace(reply, headers=headers)


def _introduced(request: Request, token: Token | None) -> None:
    if not request.headers.get("user-agent"):
        raise ApiError(403, "Request forbidden by administrative rules.")
    if token is None and request.path.startswith("/repos/"):
        raise not_found()
    if token is None:
        raise ApiError(401, "Requires authentication")


def _allow(world: World, route: Route, token: Token, params: dict[str, str]) -> None:
    named = f"{params.get('owner', world.owner)}/{params.get('repo', world.name)}"
    if named != world.full_name:
        raise not_found()
    if not may(token, world.users[token.login], route.scopes, route.role):
        raise refuse(token, route.role)


def _json(request: Request) -> object:
    if not request.body:
        return None
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise ApiError(400, "Problems parsing JSON") from error
