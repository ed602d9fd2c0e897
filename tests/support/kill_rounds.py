"""Kill runs at random, with all that they started, and see what the next ones do.

``python -m tests.support.kill_rounds ROUNDS [SEED]`` plays so many. In each a run of a
small ledger dies at some moment: at any time, before, in or after some call of git,
while the mail server takes a message, or asked to stop by a signal; sometimes the
next ones die, too. Then runs follow, here and in another clone. Each has to end by
itself, or to name one safe command, which is obeyed to the letter. What the mail
server took, and what lies in the outboxes, is the truth that journals are held
against: nothing twice, nothing lost.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from goodterms.channels.smtp import HOST, PORT
from goodterms.decision.state.history import fold
from goodterms.git.branch_moves import UNDER_WAY
from goodterms.git.checkout import SHOWN, TARGET
from goodterms.git.command import OURS
from goodterms.load import load_journal
from tests.support import kill_at_git_call
from tests.support.eventful_ledger import (
    BARE,
    EVE,
    SETTINGS,
    account,
    books,
    gt,
    journal,
    paid,
)
from tests.support.eventful_ledger import CALLED as TAKEN
from tests.support.git_repos import clone, commit, sh
from tests.support.mail_server import Inbox, serving

MAILED = ["alpha", *(f"a{number}" for number in range(1, 8))]
LETTERS = {"beta": "call", "delta": "notice"}
FILES = {
    **BARE,
    **{k: v for name in MAILED for k, v in account(name, "2026-10-01").items()},
    **account("beta", "2026-09-24", {"2026-10-01": "reminder"}),
    **account("gamma", "2026-09-17", TAKEN),
    **account("delta", "2026-09-16", TAKEN),
    **account("omega", "2026-09-16", TAKEN),
    "goodterms.yaml": f"{SETTINGS}channels: {{email: smtp}}\n",
}

#: When a round begins, and the days on which nothing new falls due.
START = datetime(2026, 10, 8, 8, tzinfo=UTC)
DAYS = [date(2026, 10, day) for day in (8, 9, 12, 13, 14)]
_EVENING = 14

#: What a run removes before it ends.
_UNDER_WAY = (SHOWN, TARGET, UNDER_WAY)

#: Settings that keep this machine's own out of git.
OWN_HOME = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Test Author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "Test Committer",
    "GIT_COMMITTER_EMAIL": "committer@example.org",
}

_HERE = Path(__file__).parent
_GIT = shutil.which("git") or "git"
_STRACE = shutil.which("strace")
_SECONDS = 60.0

#: How often a call dies that others see, and how often what settles a doubt.
_SEEN_OFTEN, _DEADLY = 0.8, 0.1
_LOCK = re.compile(r"if none runs any more: (rm(?: '[^'\n]+\.lock')+)")
_DOUBT = re.compile(r"(\S+) waits for a person: goodterms resolve (\S+) --sent or")

#: What stands before git on the PATH, and counts its calls.
_WRAPPER = """\
#!/bin/sh
read -r n < "$GIT_CALLS"
n=$((n + 1))
echo "$n" > "$GIT_CALLS"
if [ "$n" = "$FATAL_CALL" ]; then
    exec {python} -S {script} "$FATAL_WHERE" "$FATAL_ORPHANS" {git} "$@"
fi
if [ -n "$GIT_LOG" ]; then echo "$@" >> "$GIT_LOG"; fi
exec {git} "$@"
"""


class FoundError(Exception):
    """Something that must not be, in words."""


@dataclass
class Server(Inbox):
    """A mail server's own list of what it took; it may see a run die."""

    fatal: int = 0
    takes: bool = True
    leader: int = 0
    seen: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    def begin(self, fatal: int = 0, *, takes: bool = True) -> None:
        """Look out for a message, counted from now."""
        self.fatal, self.takes, self.seen = fatal, takes, 0

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message; or kill its run, before or after that."""
        self.seen += 1
        if self.seen == self.fatal:
            kill_at_git_call.kill(self.leader, spares_orphans=False)
            if not self.takes:
                return "451 not now"
        return await super().handle_DATA(server, session, envelope)

    def got(self) -> Counter[str]:
        """Count what was taken, by account."""
        return Counter(each.rcpt_tos[0][3:].split(".")[0] for each in self.taken)


@dataclass(frozen=True)
class Death:
    """How a run is killed. ``kind`` is moment, git, mail, or the name of a signal.

    ``at`` is a moment as a share of a whole run, or the number of a call or a message.
    """

    kind: str
    at: float
    where: str = ""
    orphans: str = "killed"
    takes: bool = True

    def env(self) -> dict[str, str]:
        """Tell it to what stands in for git."""
        fatal = str(int(self.at)) if self.kind == "git" else ""
        return {
            "FATAL_CALL": fatal,
            "FATAL_WHERE": self.where,
            "FATAL_ORPHANS": self.orphans,
        }


@dataclass(frozen=True)
class Calm:
    """What a run without any accident is like: its time, and its calls of git."""

    seconds: float
    calls: Sequence[str]


@dataclass(frozen=True)
class Ran:
    """How a run ended, and what it said."""

    code: int
    said: str


@dataclass
class World:
    """A ledger, another clone of it, and the clock; killed runs leave traces here."""

    folder: Path
    server: Server
    port: int
    now: datetime = START
    story: list[str] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def remote(self) -> Path | None:
        """The bare repository that both push to, if there is one."""
        found = self.folder / "books.git"
        return found if found.exists() else None

    @property
    def clones(self) -> list[Path]:
        """The checkouts in which runs happen."""
        places = (self.folder / "books", self.folder / "other")
        return [place for place in places if place.exists()]

    def env(self, death: Death | None, log: str = "") -> dict[str, str]:
        """Return what a run finds: the wrapper of git, the clock, the mail server."""
        (self.folder / "calls").write_text("0\n")
        (self.folder / "tmp").mkdir(exist_ok=True)
        known = Death("", 0) if death is None else death
        return {
            **os.environ,
            **known.env(),
            "PATH": f"{self.folder.parent / 'bin'}:{os.environ['PATH']}",
            "GIT_CALLS": str(self.folder / "calls"),
            "GIT_LOG": log,
            "KILLED_AT": str(self.folder / "killed"),
            "TESTS_NOW": str(self.now),
            "TMPDIR": str(self.folder / "tmp"),
            HOST: "127.0.0.1",
            PORT: str(self.port),
        }

    def start(
        self, root: Path, *args: str, death: Death | None = None, log: str = ""
    ) -> subprocess.Popen[str]:
        """Start a command in a session of its own."""
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.support.fixed_clock",
                "--root",
                str(root),
                *args,
            ],
            cwd=_HERE.parents[1],
            env=self.env(death, log),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(
        self,
        root: Path,
        *args: str,
        death: Death | None = None,
        calm: Calm | None = None,
        log: str = "",
    ) -> Ran:
        """Run a command to its end, whatever that is."""
        fatal = int(death.at) if death and death.kind == "mail" else 0
        self.server.begin(fatal, takes=death.takes if death else True)
        (self.folder / "killed").write_text("")
        child = self.start(root, *args, death=death, log=log)
        self.server.leader = child.pid
        if death and calm and death.kind not in ("git", "mail"):
            self._kill_later(child, death, death.at * calm.seconds)
        try:
            said, _ = child.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            kill_at_git_call.kill(child.pid, spares_orphans=False)
            raise FoundError(f"{' '.join(args)} did not end") from None
        self.story.append(
            f"{self.now:%d %H:%M} {root.name}: {' '.join(args)} {death or ''}"
            f" -> {child.returncode}\n{said}"
        )
        if death:
            self._died(death, child)
        return Ran(child.returncode, said)

    def _kill_later(
        self, child: subprocess.Popen[str], death: Death, seconds: float
    ) -> None:
        time.sleep(seconds)
        if child.poll() is not None:
            return
        spared = death.orphans == "spared"
        if death.kind == "moment":
            kill_at_git_call.kill(child.pid, spares_orphans=spared)
        else:
            kill_at_git_call.kill(
                child.pid, signal.Signals[death.kind], spares_orphans=True
            )

    def _died(self, death: Death, child: subprocess.Popen[str]) -> None:
        if death.kind == "git":
            told = (self.folder / "killed").read_text() if child.returncode < 0 else ""
        elif death.kind == "mail":
            told = f"mail, {'' if death.takes else 'not '}taken"
        else:
            told = death.kind
        alive = child.returncode >= 0 and not death.kind.startswith("SIG")
        self.deaths.append("it lived" if alive or not told else told)

    def later(self, by: timedelta) -> None:
        """Let time go by; nothing is sent in the evening and at the weekend."""
        self.now += by
        if self.now.hour >= _EVENING or self.now.date() not in DAYS:
            days = [day for day in DAYS if day > (self.now - by).date()]
            if not days:
                raise FoundError("it never came to rest")
            self.now = datetime.combine(days[0], START.timetz())

    def wait_for_orphans(self) -> None:
        """Wait until no process of a killed run is left."""
        begun = time.monotonic()
        while _alive_below(self.folder):
            if time.monotonic() - begun > _SECONDS:
                raise FoundError("what a killed run had started does not end")
            time.sleep(0.01)


def _alive_below(folder: Path) -> list[str]:
    """List processes that work in a folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if str((each / "cwd").resolve()).startswith(f"{folder}/"):
                found.append(each.name)
        except OSError:
            continue
    return found


def settle(world: World, root: Path, random: Random) -> None:
    """Let runs follow, and obey them, until one has nothing left to do."""
    while True:
        ran = world.run(root, "run")
        if ran.code < 0 or ran.code not in (0, 1, 5):
            raise FoundError(f"a run ended with {ran.code}")
        locks = sorted(set(_LOCK.findall(ran.said)))
        doubts = {named for _, named in _DOUBT.findall(ran.said)}
        if locks:
            _obey(world, locks)
        elif doubts:
            _resolve(world, root, doubts, random)
        elif "error: " in ran.said and not _is_at_work(ran.said):
            raise FoundError("a run neither ended by itself nor named a safe command")
        elif ran.code == 0 and not _open_claims(root):
            return
        world.later(timedelta(minutes=90))


def _is_at_work(said: str) -> bool:
    """Whether all that is complained of is what the next run does by itself."""
    told = [line for line in said.splitlines() if "error: " in line]
    return all("the next run" in line for line in told)


def _obey(world: World, commands: Sequence[str]) -> None:
    """Do what a run says about a lock, once what holds it has ended."""
    if len(commands) > 1:
        raise FoundError(f"more than one command is named: {commands}")
    world.wait_for_orphans()
    world.story.append(f"obeyed: {commands[0]}")
    for name in shlex.split(commands[0])[1:]:
        path = Path(name)
        inside = any(path.is_relative_to(place) for place in world.folder.iterdir())
        if not inside or path.suffix != ".lock" or path.name == OURS:
            raise FoundError(f"no safe command: {commands[0]}")
        world.commands.append(f"rm {path.name}")
        path.unlink(missing_ok=True)


def _resolve(world: World, root: Path, doubts: set[str], random: Random) -> None:
    """Say of each message in doubt what is true of it; that may be killed, too."""
    for name in sorted(doubts):
        owner, _, entry = name.partition("/")
        files = [f for c in world.clones for f in c.glob(f"outbox/{owner}/{entry}.*")]
        left = bool(files) if owner in LETTERS else bool(world.server.got()[owner])
        dies = random.random() < _DEADLY
        drawn = Death("git", random.randint(4, 40), _where(random)) if dies else None
        said = "--sent" if left else "--not-sent"
        ran = world.run(root, "resolve", name, said, death=drawn)
        world.commands.append("resolve")
        locks = sorted(set(_LOCK.findall(ran.said)))
        if locks:
            _obey(world, locks)
        elif ran.code and not drawn:
            raise FoundError(f"resolve {name} failed")


def _entries(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield account, step and state of every entry in any journal."""
    for folder in sorted((root / "ledger").iterdir()):
        text = journal(root, folder.name).encode()
        documents, problems = load_journal(text, folder.name, "Europe/Berlin")
        if problems:
            raise FoundError(f"{folder.name}: {problems}")
        for entry in fold(documents or (), date.max):
            step = entry.id.split("-", 3)[3]
            yield folder.name, step, str(entry.doc.state)


def _open_claims(root: Path) -> list[str]:
    return [name for name, _, state in _entries(root) if state == "claimed"]


def judge(world: World, expected: Mapping[str, object]) -> None:
    """Hold what there is at the end against what really happened."""
    twice = [name for name, number in world.server.got().items() if number > 1]
    ids = Counter(str(_message_id(each)) for each in world.server.taken)
    if twice or any(number > 1 for number in ids.values()):
        raise FoundError(f"sent twice: {twice}")
    if missing := set(MAILED) - set(world.server.got()):
        raise FoundError(f"never sent: {sorted(missing)}")
    letters = [
        (f.parent.name, f.name.split("-", 3)[3], f.suffix)
        for c in world.clones
        for f in c.glob("outbox/*/*")
    ]
    if sorted(letters) != expected["letters"]:
        raise FoundError(f"the outboxes hold {sorted(letters)}")
    for root in world.clones:
        _judge_clone(world, root, expected)


def _judge_clone(world: World, root: Path, expected: Mapping[str, object]) -> None:
    """See that a clone is sound, clean, and where main is."""
    found = sorted(_entries(root))
    if found != expected["entries"]:
        raise FoundError(f"{root.name} has {found}")
    for path in ("notes/one.txt", "notes/two.txt", "README.md"):
        if not (root / path).exists():
            raise FoundError(f"{path} is lost")
    for place in filter(None, (root, world.remote)):
        _judge_repository(world, place)
    if status := sh(root, "status", "--porcelain"):
        raise FoundError(f"{root.name} is not clean: {status}")
    heads = {sh(place, "rev-parse", "main") for place in (root, world.remote) if place}
    if len(heads) > 1:
        raise FoundError(f"main of {root.name} is not the remote's")
    asked = sh(world.remote or root, "branch", "--list", "goodterms/*").split()
    if [branch.split("/")[1] for branch in asked] != ["gamma"]:
        raise FoundError(f"the branches of proposals are {asked}")
    for args in (("check",), ("verify", "--history")):
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = gt(root, *args)
        if code:
            raise FoundError(f"{args[0]} ended with {code}: {said.getvalue()}")


def _judge_repository(world: World, place: Path) -> None:
    """See that git finds no fault, and that nothing of a killed run is left.

    A lock of what no run has had to write since is named by the first that has to: it
    is only counted.
    """
    sh(place, "fsck", "--strict", "--no-dangling")
    left = [lock for lock in _git_folder(place).rglob("*.lock") if lock.name != OURS]
    if any(lock.name == "main.lock" for lock in left):
        raise FoundError(f"locks are left, and no run has named them: {left}")
    world.commands += [f"(not needed yet) rm {lock.name}" for lock in left]
    if refs := sh(place, "for-each-ref", *_UNDER_WAY):
        raise FoundError(f"refs are left: {refs}")


def _git_folder(place: Path) -> Path:
    return place / ".git" if (place / ".git").exists() else place


def _message_id(envelope: Envelope) -> str:
    found = re.search(
        rb"(?im)^message-id:\s*(\S+)", bytes(envelope.original_content or b"")
    )
    return found[1].decode() if found else ""


# ---- rounds --------------------------------------------------------------------------


def evening(folder: Path, *, remote: bool) -> Path:
    """Make the ledger as it stands in the evening before, with all its clones."""
    folder.mkdir(parents=True)
    root = books(folder / "books", {**FILES, "README.md": "ours\n"}, remote=remote)
    with serving(server := Server()) as port:
        world = World(folder, server, port, now=START - timedelta(days=1))
        _must(world.run(root, "run"))
        for name in ("dana", "omar"):
            _must(world.run(root, "approve", f"delta/{EVE}-notice", "--by", name))
    if remote:
        sh(root, "remote", "set-url", "origin", "../books.git")
        other = clone(folder / "books.git", folder / "other")
        sh(other, "remote", "set-url", "origin", "../books.git")
    said = {"notes/one.txt": "one\n", "README.md": "ours, and theirs\n"}
    where = folder / "other" if remote else root
    commit(where, {**paid("omega", "2026-09-16", EVE), **said})
    commit(where, {"notes/two.txt": "two\n" * 2000})
    if remote:
        sh(where, "push", "-q", "origin", "main")
    return folder


def _must(ran: Ran) -> None:
    if ran.code:
        raise FoundError(ran.said)


def calm_run(world: World) -> tuple[Calm, Mapping[str, object]]:
    """Play without an accident: how long it takes, and what should come of it."""
    log = world.folder / "log"
    begun = time.monotonic()
    ran = world.run(world.clones[0], "run", log=str(log))
    seconds = time.monotonic() - begun
    _must(ran)
    calls = [
        kill_at_git_call.verb(("git", *row.split()))
        for row in log.read_text().splitlines()
    ]
    letters = [
        (f.parent.name, f.name.split("-", 3)[3], f.suffix)
        for f in world.clones[0].glob("outbox/*/*")
    ]
    expected = {
        "letters": sorted(letters),
        "entries": sorted(_entries(world.clones[0])),
    }
    return Calm(seconds, calls), expected


#: The calls that others see, and those that change the checkout.
_SEEN = {"merge", "push", "update-ref", "read-tree", "fetch", "fast-import"}


def death(random: Random, calm: Calm) -> Death:
    """Draw how a run dies."""
    orphans = random.choice(["killed", "killed", "spared"])
    kind = random.choices(
        ["git", "moment", "mail", "SIGTERM", "SIGINT"], [12, 5, 3, 1, 1]
    )[0]
    if kind == "mail":
        return Death(kind, random.randint(1, len(MAILED)), takes=random.random() < 0.5)
    if kind != "git":
        return Death(kind, random.uniform(0.15, 1.0), orphans=orphans)
    number = random.randint(1, len(calm.calls))
    seen = [n for n, call in enumerate(calm.calls, 1) if call in _SEEN]
    if random.random() < _SEEN_OFTEN:
        number = random.choice(seen)
    return Death(kind, number, _where(random), orphans)


def _where(random: Random) -> str:
    """Draw where in a call of git a run dies."""
    where = ["before", "after", f"during:{random.uniform(0, 0.012):.4f}"]
    how = random.choice(kill_at_git_call.CHANGES)
    change = int(random.expovariate(0.2 if how in ("all", "write") else 0.6)) + 1
    where += [f"inside:{how}:{change}"] * 4 if _STRACE else []
    return random.choice(where)


def play(
    world: World, random: Random, calm: Calm, expected: Mapping[str, object]
) -> None:
    """Play a round: runs that die, then runs that have to put all of it right."""
    for number in range(random.choices([1, 2, 3], [7, 2, 1])[0]):
        root = random.choice([world.clones[0], *world.clones])
        drawn = death(random, calm)
        ran = world.run(root, "run", death=drawn, calm=calm)
        if ran.code >= 0 and drawn.kind.startswith("SIG") and not number:
            _ended_tidily(root)
        if random.random() < 0.5:
            world.wait_for_orphans()
        world.later(timedelta(minutes=random.choice([0, 5, 90, 1440])))
    world.wait_for_orphans()
    roots = random.sample(world.clones, k=len(world.clones))
    for root in (*roots, roots[0]):
        settle(world, root, random)
    judge(world, expected)


def _ended_tidily(root: Path) -> None:
    """See that a run that was only asked to stop has written down what it did."""
    if left := _open_claims(root):
        raise FoundError(f"it was asked to stop, and left the claims of {left} open")


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder with what stands before git on the PATH."""
    with tempfile.TemporaryDirectory(prefix="goodterms-killing-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        wrapper = folder / "bin" / "git"
        text = _WRAPPER.format(
            python=shlex.quote(sys.executable),
            script=shlex.quote(str(_HERE / "kill_at_git_call.py")),
            git=shlex.quote(_GIT),
        )
        wrapper.write_text(text)
        wrapper.chmod(0o755)
        yield folder


def rounds(count: int, seed: int, folder: Path, figures: Counter[str]) -> Iterator[str]:
    """Play rounds; yields what was found, with all that was said."""
    bases = {
        remote: evening(folder / f"base-{remote}", remote=remote)
        for remote in (True, False)
    }
    known = {}
    for remote, base in bases.items():
        calm_folder = folder / f"calm-{remote}"
        shutil.copytree(base, calm_folder, symlinks=True)
        with serving(server := Server()) as port:
            known[remote] = calm_run(World(calm_folder, server, port))
    for number in range(seed, seed + count):
        random = Random(number)  # noqa: S311 - made-up accidents
        remote = random.random() < 0.65
        copy = folder / f"round-{number}"
        shutil.copytree(bases[remote], copy, symlinks=True)
        with serving(server := Server()) as port:
            world = World(copy, server, port)
            try:
                play(world, random, *known[remote])
            except (FoundError, subprocess.CalledProcessError) as found:
                yield f"seed {number}, remote {remote}: {found}\n" + "\n".join(
                    world.story
                )
        figures.update([*world.deaths, "rounds"])
        figures.update(f"obeyed: {each}" for each in world.commands)
        if "KEEP" not in os.environ:
            shutil.rmtree(copy)


def main(count: int, seed: int) -> int:
    """Play, and tell how many rounds died where."""
    figures: Counter[str] = Counter()
    wrong = 0
    with suppress(KeyboardInterrupt), scratch() as folder:
        for told in rounds(count, seed, folder, figures):
            wrong += 1
            sys.stdout.write(f"{told}\n{'=' * 80}\n")
            sys.stdout.flush()
    for what, number in sorted(figures.items()):
        sys.stdout.write(f"{number:6} {what}\n")
    sys.stdout.write(f"{figures['rounds']} rounds, {wrong} of them wrong\n")
    return int(wrong > 0)


if __name__ == "__main__":
    os.environ |= OWN_HOME
    sys.exit(main(int(sys.argv[1]), int([*sys.argv, "0"][2])))
