"""The account number of each login when first seen: a login may change hands."""

from collections.abc import Mapping
from http import HTTPStatus

from goodterms.forge.github.api import Api
from goodterms.forge.github.client import ApiError
from goodterms.git import Repo, read_files
from goodterms.load.github_logins import load_logins, logins_text
from goodterms.model.paths import LOGINS
from goodterms.model.problem import Problem
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings

#: The commit that remembers them.
MESSAGE = "Remember whose login is whose"


def known_logins(repo: Repo, commit: str) -> Mapping[str, int]:
    """Read the number that each login had when first seen, as of a commit.

    Raises RefusalError where the file cannot be read: then nobody is known.
    """
    path = repo.path(LOGINS)
    data = read_files(repo, commit, [path]).get(path)
    if data is None:
        return {}
    numbers, problems = load_logins(data, LOGINS)
    if numbers is None:
        raise RefusalError(_first(problems), "mend it: goodterms check", code=1)
    return numbers


def first_seen(
    repo: Repo, api: Api, settings: Settings, commit: str
) -> Mapping[str, bytes]:
    """Return the file that remembers people who are new, by its path; else nothing.

    A login that nobody on GitHub has is left out. Raises ApiError, and RefusalError
    where the file of before cannot be read.
    """
    numbers = known_logins(repo, commit)
    logins = {p.github.casefold() for p in settings.people.values() if p.github}
    looked_up = {
        login: _number(api, login) for login in sorted(logins - numbers.keys())
    }
    new = {login: number for login, number in looked_up.items() if number}
    if not new:
        return {}
    return {repo.path(LOGINS): logins_text({**numbers, **new}).encode()}


def _number(api: Api, login: str) -> int | None:
    try:
        return api.number(login)
    except ApiError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _first(problems: tuple[Problem, ...]) -> str:
    return problems[0].message if problems else f"{LOGINS} cannot be read"
