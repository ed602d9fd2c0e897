"""The first files of a user's own repository."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from shlex import quote

from engine.refusal import RefusalError
from engine.repo.git import GitError, git, line, run_git
from engine.shipped import SHIPPED, shipped_files
from engine.text.canonical import scalar
from engine.wheel import own_wheel

_SETTINGS = """\
# yaml-language-server: $schema=schemas/settings.schema.json
# The settings of Good Terms; this file marks the root of the repository.
creditor:
  name: {name}
  # address: [Street 1, 12345 Town]
  country: {country}
  timezone: {timezone}
  language: {language}                 # of customers who name none: en or de
  email: {email}
  # phone: "{phone}"
  # bank: {bank}
people:
  me: {{name: {person}, email: {email}}}
  colleague: {{name: Your Colleague, email: {email}}}
teams: {{finance-leads: [me, colleague]}}   # who may approve; triage asks for two
partners:                            # whom a matter may be handed to, if triage says so
  northstar: {{kind: agency, name: Your Collection Agency, fee_percent: 25}}
  kanzlei-roth: {{kind: lawyer, name: Your Lawyer}}
segments: {{default: standard}}        # of an account that names none
owner: me                            # looks after accounts that name nobody
forge: local
channels: {{email: outbox, letter: outbox, sms: outbox, phone: outbox}}
brakes: {{messages: 200, share: 0.3, proposals: 20}}
mode: report                         # run: when the plan has read well for some days
"""

#: Examples of a phone number and an account, as a country writes them.
_EXAMPLES = {
    "GB": ("+44 20 7946 0018", '{sort_code: 60-16-13, account: "31926819"}'),
    "US": ("+1 312 555 0118", '{routing: "110000000", account: "000123456789"}'),
    "AU": ("+61 2 5550 1234", '{bsb: 062-000, account: "12345678"}'),
}
#: The same for all other countries.
_EXAMPLE = ("+49 30 1234567", "{iban: DE02120300000000202051, bic: BYLADEM1001}")

#: What git is told about a ledger: what is left out, and to leave line ends alone.
FOR_GIT = {
    ".gitignore": b"outbox/\n",
    ".gitattributes": b"# What was sent stays, byte by byte, line ends too.\n* -text\n",
}

_ACTION = ".github/actions/goodterms"

#: What pip takes and nobody can exchange: a commit, or a file or release by its hash.
_PINNED = re.compile(
    r"goodterms ?@ ?git\+https://[^\s@'\"]+@[0-9a-f]{40}"
    r"|goodterms ?@ ?https://[^\s'\"]+#sha256=[0-9a-f]{64}"
    r"|goodterms==[0-9a-z.]+ --hash=sha256:[0-9a-f]{64}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a new repository must know about its owner."""

    name: str
    email: str
    country: str
    timezone: str
    language: str
    person: str


def settings_text(start: Start) -> str:
    """Write the first goodterms.yaml: report-only, every part in its place."""
    phone, bank = _EXAMPLES.get(start.country.upper(), _EXAMPLE)
    return _SETTINGS.format(
        name=scalar(start.name),
        email=scalar(start.email),
        country=scalar(start.country.upper()),
        timezone=scalar(start.timezone),
        language=start.language,
        person=scalar(start.person),
        phone=phone,
        bank=bank,
    )


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


def begin(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the first files, and commit them where there is no repository yet.

    With them go the schemas, for editors. Nothing is overwritten: a folder
    that holds one of the files already is refused, and left as it is.
    """
    whole = {**for_editors(files), **FOR_GIT, "ledger/.gitkeep": b""}
    for name in whole.keys() - FOR_GIT.keys():
        if (folder / name).exists():
            raise RefusalError(
                f"'{folder / name}' exists already", "choose an empty folder"
            )
    for name, content in whole.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    _commit(folder)


def left_to_do(folder: Path) -> tuple[tuple[str, str], ...]:
    """Say what a run needs of git yet, as (what, command), in order; () for nothing.

    A run reads what is committed on ``main``: the remote's, where there is one.
    """
    if not git(folder, "status", "--porcelain", "--", ".").strip():
        return ()
    top = Path(line(git(folder, "rev-parse", "--show-toplevel")))
    here = f"git -C {quote(str(top))}"
    what = quote(folder.resolve().relative_to(top.resolve()).as_posix())
    commit = f'{here} add --all {what} && {here} commit -m "Start with Good Terms"'
    steps = [("Commit the files:", commit), *_to_main(folder, here)]
    remotes = line(git(folder, "remote"))
    if remotes:
        name = "origin" if "origin" in remotes.split() else remotes.split()[0]
        steps.append(("Push them:", f"{here} push -u {name} main"))
    return tuple(steps)


def _to_main(folder: Path, here: str) -> tuple[tuple[str, str], ...]:
    """Say how what is committed comes to ``main``; nothing where it is there."""
    branch = line(run_git(folder, "branch", "--show-current").stdout)
    has_main = not run_git(
        folder, "show-ref", "--verify", "--quiet", "refs/heads/main"
    ).returncode
    if branch == "main":
        return ()
    if not branch:  # no branch is checked out
        branch = "good-terms"
        keep = f"{here} switch -c {branch if has_main else 'main'}"
        if not has_main:
            return (("Begin the branch main:", keep),)
        merge = f"{keep} && {here} switch main && {here} merge {branch}"
        return (("Bring them to main:", merge),)
    if has_main:
        merge = f"{here} switch main && {here} merge {quote(branch)}"
        return (("Bring them to main:", merge),)
    return (("Call the branch main:", f"{here} branch -m main"),)


def for_editors(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Point the files at schemas that lie beside them, and add those schemas."""
    schemas = {
        f"schemas/{each.name}": each.read_bytes()
        for each in sorted(resources("engine.schemas").iterdir(), key=lambda e: e.name)
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
    _refuse_foreign(found)
    return found.returncode != 0 or Path(line(found.stdout)) == folder.resolve()


def _commit(folder: Path) -> None:
    """Make a folder outside of git a repository, with one commit on ``main``."""
    inside = run_git(folder, "rev-parse", "--is-inside-work-tree")
    _refuse_foreign(inside)
    if inside.returncode == 0:
        return
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    who = ("-c", "user.name=Good Terms", "-c", "user.email=engine@goodterms.invalid")
    git(folder, *who, "commit", "--quiet", "--message", "Start with Good Terms")


def _refuse_foreign(found: subprocess.CompletedProcess[bytes]) -> None:
    """Refuse a repository of another user; git does not read it, but it is there."""
    said = found.stderr.decode(errors="replace")
    if found.returncode and "dubious ownership" in said:
        raise GitError(("rev-parse",), found.returncode, said)
