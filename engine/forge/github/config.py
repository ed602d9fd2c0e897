"""Which GitHub, which repository, and with whose token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from goodterms.git import Repo
from goodterms.git.command import line, run_git
from goodterms.model.refusal import RefusalError

#: What a step of a workflow sees without being told, on github.com.
SERVER, API = "https://github.com", "https://api.github.com"

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_REMOTE = re.compile(r"(?:://(?:[^@/]*@)?|@)([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?/?$")


@dataclass(frozen=True, slots=True)
class GitHubConfig:
    """A repository on a GitHub. The token is never shown."""

    repository: str
    token: str = field(repr=False)
    api: str = API
    server: str = SERVER
    run: str | None = None

    @property
    def graphql(self) -> str:
        """The address of the GraphQL API: beside ``/v3`` on a server of one's own."""
        return f"{self.api.removesuffix('/v3')}/graphql"

    @property
    def owner(self) -> str:
        """Whom the repository belongs to."""
        return self.repository.partition("/")[0]

    @property
    def page(self) -> str:
        """The address of the repository for people."""
        return f"{self.server}/{self.repository}"

    @property
    def run_page(self) -> str | None:
        """The address of the workflow run that this is a step of, if it is one."""
        return f"{self.page}/actions/runs/{self.run}" if self.run else None


def where(env: Mapping[str, str], repo: Repo) -> GitHubConfig:
    """Read where this works from the environment, else from the git remote.

    GITHUB_REPOSITORY, GITHUB_SERVER_URL, GITHUB_API_URL and GITHUB_RUN_ID are
    set in every workflow, GITHUB_TOKEN where a step asks for it. Raises
    RefusalError that names what is missing.
    """
    token = env.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise RefusalError(
            "'forge: github' needs a token, and GITHUB_TOKEN is not set",
            "in a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}",
        )
    host, remote = _of_remote(repo)
    repository = env.get("GITHUB_REPOSITORY") or remote
    if not repository or not _REPOSITORY.fullmatch(repository):
        raise RefusalError(
            "'forge: github' needs a repository on GitHub",
            "set GITHUB_REPOSITORY to OWNER/NAME, or add it as the remote origin",
        )
    server = _server(env, host)
    api = env.get("GITHUB_API_URL") or _api_of(server)
    return GitHubConfig(
        repository, token, api.rstrip("/"), server, env.get("GITHUB_RUN_ID")
    )


def page_of(env: Mapping[str, str], repo: Repo) -> str | None:
    """Return the address of the repository for people, None where it is not known."""
    host, remote = _of_remote(repo)
    repository = env.get("GITHUB_REPOSITORY") or remote
    if not repository or not _REPOSITORY.fullmatch(repository):
        return None
    return f"{_server(env, host)}/{repository}"


def _server(env: Mapping[str, str], host: str | None) -> str:
    server = env.get("GITHUB_SERVER_URL") or (f"https://{host}" if host else SERVER)
    return server.rstrip("/")


def _api_of(server: str) -> str:
    """Say where the API of a server is: github.com's, one in its cloud, one's own."""
    if server == SERVER:
        return API
    if server.endswith(".ghe.com"):
        return server.replace("://", "://api.", 1)
    return f"{server}/api/v3"


def _of_remote(repo: Repo) -> tuple[str | None, str | None]:
    if repo.remote is None:
        return None, None
    output = run_git(repo.top, "remote", "get-url", repo.remote)
    match = _REMOTE.search(line(output.stdout) if output.returncode == 0 else "")
    if match is None or not _REPOSITORY.fullmatch(match[2]):
        return None, None
    return match[1], match[2]
