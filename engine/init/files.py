"""The other first files: policy, workflows, schemas, and a page for who opens it."""

import re
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path
from shlex import quote

from goodterms.git.command import line, refuse_foreign, run_git
from goodterms.init.settings import InitAnswers, person_key
from goodterms.model.refusal import RefusalError
from goodterms.workspace.bundled_files import SHIPPED, shipped_files
from goodterms.workspace.wheel import own_wheel

_ACTION = ".github/actions/goodterms"

#: What pip takes and nobody can exchange: a commit, or a file or release by its hash.
_PINNED = re.compile(
    r"goodterms ?@ ?git\+https://[^\s@'\"]+@[0-9a-f]{40}"
    r"|goodterms ?@ ?https://[^\s'\"]+#sha256=[0-9a-f]{64}"
    r"|goodterms==[0-9a-z.]+ --hash=sha256:[0-9a-f]{64}"
)

#: What the shipped policy calls the partners of the shipped story.
_SHIPPED_AGENCY, _SHIPPED_COUNSEL = b"northstar", b"kanzlei-roth"

_INSTALL = """
To have the command (Python 3.11 or later), once, here:

```sh
python3 -m venv .venv && .venv/bin/pip install -q {wheel}
. .venv/bin/activate
```
"""


def readme(start: InitAnswers, wheel: str | None = None) -> bytes:
    """Write the page for a colleague who opens the repository.

    *wheel* is the engine beside the workflows, to install the command from.
    """
    install = _INSTALL.format(wheel=quote(wheel)) if wheel else ""
    key = person_key(start.person)
    text = (resources("goodterms.init") / "readme.md").read_text(encoding="utf-8")
    return text.format(name=_plain(start.name), key=key, install=install).encode()


def own_policy(start: InitAnswers) -> dict[str, bytes]:
    """Return the policy to begin with, which names the partners of the settings."""
    counsel = start.counsel_key.encode()
    return {
        name: text.replace(_SHIPPED_AGENCY, b"agency").replace(
            _SHIPPED_COUNSEL, counsel
        )
        for name, text in shipped_files("policies/standard")
    }


def github_files(folder: Path, engine: str | None = None) -> dict[str, bytes]:
    """Return the workflows, their action and the issue forms, and what they install.

    There are none for a folder inside somebody's repository: GitHub looks for
    them at its top. Without *engine*, a line for pip, they install this engine: it
    lies beside the action as a wheel.
    """
    if engine is not None and not _PINNED.fullmatch(engine):
        hint = (
            "name a commit: goodterms @ git+https://…@ and its 40 digits; or a hash:"
            " goodterms @ https://….whl#sha256=…"
        )
        raise RefusalError(f"'{engine}' may be another program tomorrow", hint)
    if not _is_top(folder):
        return {}
    wanted = [name for name in SHIPPED if name.startswith(".github/")]
    found = dict(shipped_files(*wanted))
    if engine is None:
        wheel = own_wheel()
        engine = wheel.requirement
        found[f"{_ACTION}/{wheel.name}"] = wheel.data
    return {**found, f"{_ACTION}/engine.txt": f"{engine}\n".encode()}


def for_editors(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Point the files at schemas that lie beside them, and add those schemas."""
    schemas = {
        f"schemas/{each.name}": each.read_bytes()
        for each in sorted(
            resources("goodterms.schemas").iterdir(), key=lambda e: e.name
        )
        if each.name.endswith(".schema.json")
    }
    moved = {
        name: content.replace(b"engine/schemas/", b"schemas/", 1)
        for name, content in files.items()
        if name.endswith((".yaml", ".yml"))
    }
    return {**files, **moved, **schemas}


def _is_top(folder: Path) -> bool:
    """Say whether a folder is the top of its repository, or will be of a new one."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    found = run_git(there, "rev-parse", "--show-toplevel")
    refuse_foreign(found)
    return found.returncode != 0 or Path(line(found.stdout)) == folder.resolve()


def _plain(text: str) -> str:
    """Escape what Markdown would make something of."""
    return re.sub(r"([\\`*_\[\]<>#|@~])", r"\\\1", text)
