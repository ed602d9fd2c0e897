"""Pages of lists, linked as GitHub links them."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from tests.support.github_server.http_messages import Reply
from tests.support.github_server.routes import Call

MOST = 100
USUAL = 30

Item = TypeVar("Item")


def page(call: Call, items: Sequence[Item], show: Callable[[Item], object]) -> Reply:
    """Answer with the page that was asked for; only what is on it is rendered."""
    shown, headers = cut(call, items)
    return Reply(200, [show(item) for item in shown], headers)


def cut(call: Call, items: Sequence[Item]) -> tuple[Sequence[Item], dict[str, str]]:
    """Take one page out of a list, and the header that links to the others."""
    size = min(MOST, max(1, _int(call.asked("per_page"), USUAL)))
    at = max(1, _int(call.asked("page"), 1))
    last = max(1, -(-len(items) // size))
    links = {"prev": at - 1, "next": at + 1, "last": last, "first": 1}
    if at >= last:
        links = {key: n for key, n in links.items() if key in ("prev", "first")}
    if at == 1:
        links = {key: n for key, n in links.items() if key in ("next", "last")}
    header = ", ".join(f'<{_address(call, n)}>; rel="{k}"' for k, n in links.items())
    return items[(at - 1) * size : at * size], {"link": header} if header else {}


def _int(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default


def _address(call: Call, number: int) -> str:
    query = {**call.request.query, "page": str(number)}
    return f"{call.request.api}{call.request.path}?{urlencode(query)}"
