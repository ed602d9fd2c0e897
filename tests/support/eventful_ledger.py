"""A small ledger in real files: one account for every kind of thing a run does.

The day is Thursday, 2026-10-08. alpha is sent a reminder by e-mail, beta is to
be called, gamma's notice is to be proposed, delta's was approved the day before
and leaves as a letter, omega's proposal is overtaken by a payment.
"""

import atexit
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from goodterms.cli import main
from tests.support.git_repos import add_remote, commit, new_repo, sh

#: Ledgers that were played once, to be copied by every test.
_KEPT = Path(mkdtemp(prefix="goodterms-test-"))
atexit.register(shutil.rmtree, _KEPT, ignore_errors=True)

EVE, DAY, NEXT = "2026-10-07", "2026-10-08", "2026-10-09"

SETTINGS = """\
creditor: {name: Linden, country: DE, timezone: Europe/Berlin, email: a@linden.example,
  bank: {iban: DE02120300000000202051}}
people:
  dana: {name: Dana Lindqvist, email: dana@linden.example}
  omar: {name: Omar Haddad}
  iris: {name: Iris Berg}
teams: {leads: [dana, omar]}
partners: {northstar: {kind: agency, name: Northstar, email: in@northstar.example}}
"""
POLICY = """\
policy: standard
version: 1
effective: 2024-01-01
segments: [standard]
calendar: {days: [mon, tue, wed, thu, fri], window: "08:00-18:00"}
ladder:
  - {step: early, at: due - 5d, until: due, channel: email, tone: warm, template: note}
  - {step: reminder, at: due + 7d, wait: 7d, channel: email, tone: warm, template: note}
  - {step: call, at: due + 14d, channel: phone, tone: warm, template: note}
  - step: notice
    at: due + 21d
    channel: letter
    tone: final
    template: note
    approval: {by: leads, count: 2, expires: 14d}
  - step: triage
    at: due + 60d
    approval: {by: leads, count: 1, expires: 14d}
    choose:
      ride-out: {pause: 30d}
      agency: {place_with: northstar, credit_hold: true}
      write-off: {write_off: true}
    recommend: [{choose: agency}]
"""
NOTE = """\
---
subject: "{{ step }} of {{ invoices[0].id }}"
---
{{ contact.name }}, please pay {{ totals }}.
"""
ACCOUNT = """\
name: {name} Ltd
owner: dana
country: DE
contacts: [{{name: Petra, email: ap@{name}.example, phone: "+49 30 1"}}]
address: [Hauptstr. 1, 10115 Berlin]
channels: [email, letter, phone]
"""
INVOICE = """\
issued: 2026-06-01
due: {due}
currency: EUR
total: "100.00"
"""
TOOK = """\
---
id: {on}-{step}
on: {on}
kind: send
state: sent
step: {step}
policy: standard@1
channel: email
to: ap@{name}.example
invoices: [{{id: {id}, step: {step}, open: "100.00"}}]
at: {on}T10:00:00Z
"""


def account(
    name: str, due: str, steps: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Write an account with one open invoice and the steps it has taken, by day."""
    id_, folder = f"INV-{name}", f"ledger/{name}"
    files = {
        f"{folder}/account.yaml": ACCOUNT.format(name=name),
        f"{folder}/invoices/{id_}.yaml": INVOICE.format(due=due),
    }
    taken = (
        TOOK.format(on=on, step=step, name=name, id=id_)
        for on, step in (steps or {}).items()
    )
    if steps:
        files[f"{folder}/journal.yaml"] = "".join(taken)
    return files


def paid(name: str, due: str, on: str) -> dict[str, str]:
    """Write the account's invoice as paid in full."""
    text = INVOICE.format(due=due) + f'payments: [{{on: {on}, amount: "100.00"}}]\n'
    return {f"ledger/{name}/invoices/INV-{name}.yaml": text}


BARE = {
    "goodterms.yaml": SETTINGS,
    "policies/standard/v1.yaml": POLICY,
    "templates/en/note.md.j2": NOTE,
    "templates/en/placement.md.j2": NOTE,
    ".gitignore": "outbox/\n",
}
CALLED = {"2026-09-24": "reminder", "2026-10-01": "call"}
FILES = {
    **BARE,
    **account("alpha", "2026-10-01"),
    **account("beta", "2026-09-24", {"2026-10-01": "reminder"}),
    **account("gamma", "2026-09-17", CALLED),
    **account("delta", "2026-09-16", CALLED),
    **account("omega", "2026-09-16", CALLED),
}

DELTA, OMEGA = f"delta/{EVE}-notice", f"omega/{EVE}-notice"


def gt(root: Path, *args: str) -> int:
    """Run a command of the product in this process."""
    return main(["--root", str(root), *args])


def books(root: Path, files: Mapping[str, str], *, remote: bool = False) -> Path:
    """Make a repository of its own with these files, with a remote beside it."""
    new_repo(root, files)
    if remote:
        add_remote(root, root.parent / f"{root.name}.git")
    return root


def eventful(folder: Path, *, remote: bool = False) -> Path:
    """Put the ledger of this module, played up to the evening before, in ``books``.

    A remote lies beside it in ``books.git``.
    """
    shutil.copytree(_evening(remote=remote), folder, dirs_exist_ok=True, symlinks=True)
    return folder / "books"


@cache
def _evening(*, remote: bool) -> Path:
    folder = _KEPT / str(remote)
    folder.mkdir()
    root = books(folder / "books", FILES, remote=remote)
    assert gt(root, "run", "--as-of", EVE) == 0
    for name in ("dana", "omar"):
        assert gt(root, "approve", DELTA, "--by", name, "--as-of", EVE) == 0
    commit(root, paid("omega", "2026-09-16", EVE))
    if remote:
        sh(root, "push", "-q", "origin", "main")
        sh(root, "remote", "set-url", "origin", "../books.git")
    return folder


def journal(root: Path, name: str) -> str:
    """Return an account's journal, "" if it has none."""
    file = root / "ledger" / name / "journal.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def outbox(root: Path) -> dict[str, bytes]:
    """Return what lies in the outbox, by path."""
    folder = root / "outbox"
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
