"""Make up a year of a ledger's history in git, and alter it somewhere, or not.

``python -m tests.support.altered_history COUNT [FIRST]`` plays that many, with one
alteration each, and as many without: every alteration must be found, and nothing
else. A seed always gives the same history.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from goodterms.git import Repo, open_repo
from goodterms.model.journal import digest_of
from goodterms.provenance.verify import verify

Files = dict[str, bytes]

ENGINE = "Good Terms <engine@linden.example>"
DANA, OMAR = "Dana <dana@linden.example>", "Omar <omar@linden.example>"
GITHUB = "GitHub <noreply@github.com>"
PREFIXES = ("", "books/")

#: So many histories are made up in one repository.
_IN_ONE = 50


@dataclass(frozen=True)
class Node:
    """A commit that was made up: its mark, and all files of its tree."""

    mark: int
    files: Files


@dataclass
class World:
    """A history under way: main, and what has been promised to stay."""

    random: Random
    out: list[bytes] = field(default_factory=list)
    main: list[Node] = field(default_factory=list)
    number: int = 0
    marks: int = 0
    open: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    approved: list[tuple[str, str]] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    gone: list[Files] = field(default_factory=list)
    prefix: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def files(self) -> Files:
        """What main holds."""
        return self.main[-1].files

    def commit(
        self,
        files: Files,
        who: str,
        subject: str,
        onto: Node | None = None,
        merges: Node | None = None,
        committer: str | None = None,
    ) -> Node:
        """Make a commit whose tree has these files."""
        self.marks += 1
        base = onto.files if onto else {}
        at = f"{1_760_000_000 + self.marks * 60} +0000"
        lines = [
            f"commit refs/heads/main\nmark :{self.marks}\nauthor {who} {at}\n"
            f"committer {committer or who} {at}\n".encode(),
            _data(subject.encode()),
        ]
        lines += [f"from :{onto.mark}\n".encode()] if onto else []
        lines += [f"merge :{merges.mark}\n".encode()] if merges else []
        for path in base.keys() - files.keys():
            lines.append(f"D {self.prefix}{path}\n".encode())
        for path, content in files.items():
            if base.get(path) != content:
                name = f"M 100644 inline {self.prefix}{path}\n".encode()
                lines += [name, _data(content)]
        self.out += lines if onto else [b"reset refs/heads/main\n", *lines]
        return Node(self.marks, dict(files))

    def on_main(
        self,
        changes: Mapping[str, bytes | None],
        who: str,
        subject: str,
        committer: str | None = None,
    ) -> None:
        """Commit changes to main; None removes a file."""
        files = changed(self.files, changes)
        self.main.append(
            self.commit(files, who, subject, self.main[-1], committer=committer)
        )

    def accounts(self) -> list[str]:
        """List the accounts that there are."""
        return sorted(
            {p.split("/")[1] for p in self.files if p.endswith("/account.yaml")}
        )

    def new_id(self, step: str) -> str:
        """Return an id that nothing has yet."""
        self.number += 1
        return f"2026-10-08-{step}-{self.number}"


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def changed(files: Files, changes: Mapping[str, bytes | None]) -> Files:
    """Return the files with changes; None removes one."""
    kept = {p: c for p, c in files.items() if p not in changes}
    return kept | {p: c for p, c in changes.items() if c is not None}


def journal_of(account: str) -> str:
    return f"ledger/{account}/journal.yaml"


def grown(world: World, account: str, text: str) -> tuple[str, bytes]:
    """Return the journal's path, and its content with a document more."""
    path = journal_of(account)
    old = world.files.get(path, b"")
    old += b"" if not old or old.endswith(b"\n") else b"\n"
    return path, old + text.encode()


def document(id_: str, kind: str, state: str, more: str = "") -> str:
    return (
        f"---\nid: {id_}\non: 2026-10-08\nkind: {kind}\nstate: {state}\n{more}"
        "at: 2026-10-08T10:00:00Z\n"
    )


def outcome(id_: str, state: str) -> str:
    return f"---\nid: {id_}\nstate: {state}\nat: 2026-10-08T11:00:00Z\n"


def claim(world: World) -> None:
    """Let a run claim messages, and often say what became of them."""
    chosen = world.random.sample(world.accounts(), k=min(2, len(world.accounts())))
    changes: dict[str, bytes | None] = {}
    for account in chosen:
        id_ = world.new_id("reminder")
        text = f"```text\nTo: {account}\n\nPlease pay {id_}.\n```\n".encode()
        kept = "" if world.random.random() < 0.2 else f"text: {digest_of(text)}\n"
        message = f"message: sha256:ab\n{kept}run: r{world.number}\n"
        path, whole = grown(world, account, document(id_, "send", "claimed", message))
        changes |= {path: whole, f"ledger/{account}/messages/{id_}.md": text}
        world.open.append((account, id_))
    world.on_main(changes, ENGINE, "Claim what is due on 2026-10-08")
    if world.random.random() < 0.8:
        conclude(world)


def conclude(world: World) -> None:
    """Let a run write outcomes."""
    changes: dict[str, bytes | None] = {}
    for account, id_ in world.open:
        state = world.random.choice(["sent", "sent", "failed", "in-doubt"])
        if f"ledger/{account}/account.yaml" in world.files:
            path, whole = grown(world, account, outcome(id_, state))
            if path not in changes:
                changes[path] = whole
    world.open.clear()
    if changes:
        world.on_main(changes, ENGINE, "Record outcomes: 1 sent")


def propose(world: World) -> None:
    """Let a run ask for a decision."""
    account, id_ = world.random.choice(world.accounts()), world.new_id("notice")
    path, whole = grown(world, account, document(id_, "propose", "proposed"))
    world.on_main({path: whole}, ENGINE, "Claim what is due on 2026-10-08")
    world.asked.append((account, id_))


def merge_decision(world: World) -> None:
    """Let people approve by merging, squashing or rebasing, or by the command."""
    if not world.asked:
        return propose(world)
    account, id_ = world.asked.pop()
    if account not in world.accounts():
        return None
    path = f"ledger/{account}/decisions/{id_}.yaml"
    text = f"id: {id_}\nchoose: approve\n".encode()
    how = world.random.choice(["merge", "squash", "rebase", "command"])
    if how in ("squash", "rebase"):
        author = DANA if how == "squash" else ENGINE
        world.on_main({path: text}, author, "Propose notice (#7)", GITHUB)
    else:
        files = changed(world.files, {path: text})
        asks = world.commit(files, ENGINE, "Propose notice", world.main[-1])
        who = ENGINE if how == "command" else GITHUB
        said = "Merge approved" if how == "command" else "Merge pull request #7"
        world.main.append(world.commit(files, who, said, world.main[-1], asks))
    approved = grown(world, account, outcome(id_, "approved"))
    world.on_main(dict([approved]), ENGINE, "Record what was decided")
    world.approved.append((account, id_))
    return None


def carry_out(world: World) -> None:
    """Let a run do what was decided."""
    if not world.approved:
        return merge_decision(world)
    account, decision = world.approved.pop()
    if f"ledger/{account}/decisions/{decision}.yaml" not in world.files:
        return None
    id_ = world.new_id("write-off")
    text = document(id_, "write-off", "sent", f"decision: {decision}\n")
    path, whole = grown(world, account, text)
    world.on_main({path: whole}, ENGINE, "Claim what is due on 2026-10-08")
    world.done.append((account, decision))
    return None


def take_back(world: World) -> None:
    """Let people take an approval back before it has an effect."""
    if not world.approved:
        return
    account, decision = world.approved.pop()
    path = f"ledger/{account}/decisions/{decision}.yaml"
    if path in world.files:
        world.on_main({path: None}, DANA, "Not yet")
        void = grown(world, account, outcome(decision, "void"))
        world.on_main(dict([void]), ENGINE, "Record what was decided")


def facts(world: World) -> dict[str, bytes | None]:
    """Make up what a person writes: records, invoices, policies, imports."""
    number, some = world.number, world.random.choice(world.accounts())
    world.number += 1
    return world.random.choice(
        [
            {f"ledger/{some}/records/2026-10-08-note-{number}.yaml": b"kind: note\n"},
            {f"ledger/{some}/invoices/I-1.yaml": f"total: {number}\n".encode()},
            {f"policies/standard/v{number}.yaml": b"policy: standard\n"},
            {"goodterms.yaml": f"creditor: {number}\n".encode()},
            {
                f"ledger/{a}/invoices/I-{number}.yaml": b"total: 5\n"
                for a in world.accounts()
            },
            {
                f"ledger/new-{number}/account.yaml": f"name: N{number}\n".encode(),
                f"ledger/new-{number}/invoices/I-1.yaml": b"total: 7\n",
            },
        ]
    )


def record(world: World) -> None:
    """Let a person commit facts."""
    who = world.random.choice([DANA, OMAR])
    world.on_main(facts(world), who, "Note what I learnt")


def branch(world: World) -> None:
    """Merge a branch of facts that began some commits ago."""
    start = world.main[-1 - world.random.randrange(min(4, len(world.main)))]
    changes = _apart(world, start)
    head = world.commit(changed(start.files, changes), DANA, "Note it", start)
    if world.random.random() < 0.5:  # the branch is brought up to date
        both = changed(world.files, changes)
        said = "Merge branch 'main' into facts"
        head = world.commit(both, DANA, said, head, world.main[-1], GITHUB)
    files = changed(world.files, changes)
    said = "Merge pull request #9 from dana/facts"
    merged = world.commit(files, DANA, said, world.main[-1], head, GITHUB)
    world.main.append(merged)


def pull(world: World) -> None:
    """Merge main into a person's own copy, and push that as main."""
    start = world.main[-1 - world.random.randrange(min(4, len(world.main)))]
    changes = _apart(world, start)
    head = world.commit(changed(start.files, changes), OMAR, "Note it", start)
    files = changed(world.files, changes)
    said = "Merge branch 'main' of example.org:books"
    world.main.append(world.commit(files, OMAR, said, head, world.main[-1]))


def _apart(world: World, start: Node) -> dict[str, bytes | None]:
    world.number += 1
    there = [a for a in world.accounts() if f"ledger/{a}/account.yaml" in start.files]
    path = f"ledger/{there[0]}/records/r{world.number}.yaml" if there else "notes.txt"
    return {path: b"kind: note\n"}


def rename(world: World) -> None:
    """Give an account's folder another name, in one commit or two."""
    old = world.random.choice(world.accounts())
    new = f"{old.split('-')[0]}-{world.number}"
    world.number += 1
    moved: dict[str, bytes | None] = {
        p.replace(f"ledger/{old}/", f"ledger/{new}/", 1): c
        for p, c in world.files.items()
        if p.startswith(f"ledger/{old}/")
    }
    gone = dict.fromkeys(p for p in world.files if p.startswith(f"ledger/{old}/"))
    if world.random.random() < 0.7:
        world.on_main(gone | moved, DANA, "Rename a customer")
    else:
        world.on_main(gone, DANA, "Rename a customer, first half")
        world.on_main(moved, DANA, "Rename a customer, second half")
    for pairs in (world.open, world.asked, world.approved, world.done):
        pairs[:] = [(new if a == old else a, id_) for a, id_ in pairs]


def leave(world: World) -> None:
    """Remove a customer with all that was."""
    if len(world.accounts()) < 4:
        return
    old = world.random.choice(world.accounts())
    folder = {p: c for p, c in world.files.items() if p.startswith(f"ledger/{old}/")}
    world.on_main(dict.fromkeys(folder), DANA, "No customer of ours any more")
    for pairs in (world.open, world.asked, world.approved, world.done):
        pairs[:] = [pair for pair in pairs if pair[0] != old]
    world.gone.append(folder)


def come_back(world: World) -> None:
    """Bring a customer back with all that was."""
    if world.gone:
        world.on_main(dict(world.gone.pop()), DANA, "A customer again")


STEPS: list[tuple[Callable[[World], None], int]] = [
    (claim, 8),
    (conclude, 2),
    (propose, 3),
    (merge_decision, 4),
    (carry_out, 4),
    (take_back, 1),
    (record, 6),
    (branch, 2),
    (pull, 2),
    (rename, 1),
    (leave, 1),
    (come_back, 1),
]


def begin(seed: int) -> World:
    """Start a ledger: some brought journals along, some began before that."""
    world = World(Random(seed), prefix=PREFIXES[seed % 2])  # noqa: S311 - made-up data
    files: Files = {"goodterms.yaml": b"creditor: 0\n"}
    if seed % 3 == 0:
        world.main.append(world.commit({"README.md": b"hello\n"}, OMAR, "First"))
    for name in ("acme", "beta", "gamma", "delta"):
        files[f"ledger/{name}/account.yaml"] = f"name: {name}\n".encode()
        files[f"ledger/{name}/invoices/I-1.yaml"] = f"total: 1 # {name}\n".encode()
    if seed % 5 == 0:
        old = document("2026-01-02-reminder", "send", "sent")
        files[journal_of("beta")] = old.encode()
    onto = world.main[-1] if world.main else None
    world.main.append(world.commit(files, DANA, "Bring the books", onto))
    return world


def play(world: World, steps: int) -> None:
    """Let that many things happen, as they rightly may."""
    deeds, weights = zip(*STEPS, strict=True)
    for deed in world.random.choices(deeds, weights, k=steps):
        world.told.append(deed.__name__)
        deed(world)


def write(world: World, repo: Repo) -> str:
    """Write the history into a repository; returns main's commit."""
    world.out += [f"get-mark :{world.main[-1].mark}\n".encode()]
    done = subprocess.run(
        ["git", "fast-import", "--quiet", "--force", "--date-format=raw"],
        cwd=repo.top,
        input=b"".join(world.out),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def new_repo(folder: Path, prefix: str) -> Repo:
    """Make a bare-looking repository for made-up histories."""
    (folder / prefix).mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    return open_repo(folder / prefix)


def kept_files(world: World) -> list[str]:
    """List the files that nobody may change now."""
    decided = {f"ledger/{a}/decisions/{d}.yaml" for a, d in world.done}
    return sorted(
        p
        for p in world.files
        if p.endswith("/journal.yaml") or "/messages/" in p or p in decided
    )


Alteration = Callable[[World], "str | None"]


def rewritten(world: World, text: bytes) -> bytes | None:
    """Return a text altered in a random way; None removes it."""
    random = world.random
    lines = text.splitlines(keepends=True)
    at = random.randrange(len(text))
    number = random.randrange(len(lines))
    forged = document("2026-10-08-x", "write-off", "sent").encode()
    return random.choice(
        [
            None,
            b"",
            text[:at],
            text[at:],
            text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :],
            text[:at] + b"x" + text[at:],
            b"".join(lines[:number] + lines[number + 1 :]),
            b"".join(lines[: number + 1] + lines[number:]),
            b"".join(lines[:number]),
            b"".join(reversed(lines)),
            text.replace(b"state: sent", b"state: failed"),
            text.replace(b"\n", b"\r\n"),
            text.rstrip(b"\n"),
            text + forged,
            forged + text,
            text + b"# seen\n",
        ]
    )


def by_commit(world: World, changes: Mapping[str, bytes | None]) -> None:
    world.on_main(changes, DANA, "Tidy up")


def by_squash(world: World, changes: Mapping[str, bytes | None]) -> None:
    world.on_main(changes, ENGINE, "Claim what is due on 2026-10-08", GITHUB)


def by_merge(world: World, changes: Mapping[str, bytes | None]) -> None:
    files = changed(world.files, changes)
    head = world.commit(files, OMAR, "Tidy up", world.main[-1])
    said = "Merge pull request #3"
    world.main.append(world.commit(files, OMAR, said, world.main[-1], head, GITHUB))


def by_merge_of_forged(world: World, changes: Mapping[str, bytes | None]) -> None:
    files = changed(world.files, changes)
    said = "Record outcomes: 1 sent"
    head = world.commit(files, ENGINE, said, world.main[-1])
    said = "Merge pull request #3"
    world.main.append(world.commit(files, OMAR, said, world.main[-1], head, GITHUB))


def by_evil_merge(world: World, changes: Mapping[str, bytes | None]) -> None:
    note = changed(world.files, {"notes.txt": b"hello\n"})
    head = world.commit(note, OMAR, "Note", world.main[-1])
    files = changed(note, changes)
    said = "Merge branch 'notes'"
    world.main.append(world.commit(files, OMAR, said, world.main[-1], head))


def by_pull(world: World, changes: Mapping[str, bytes | None]) -> None:
    start = world.main[-1 - world.random.randrange(min(4, len(world.main)))]
    note = changed(start.files, {"notes.txt": b"hello\n"})
    head = world.commit(note, OMAR, "Note", start)
    files = changed(changed(world.files, {"notes.txt": b"hello\n"}), changes)
    said = "Merge branch 'main' of example.org:books"
    world.main.append(world.commit(files, OMAR, said, head, world.main[-1]))


def by_forger(world: World, changes: Mapping[str, bytes | None]) -> None:
    """Commit as the engine, and touch what it never would beside that."""
    more = {**changes, "notes.txt": b"hello\n"}
    world.on_main(more, ENGINE, "Claim what is due on 2026-10-08")


CARRIERS = [
    by_commit,
    by_squash,
    by_merge,
    by_merge_of_forged,
    by_evil_merge,
    by_pull,
    by_forger,
]


def alter(world: World) -> str | None:
    """Change a kept file in a random way; returns its path, None where nothing is."""
    kept = kept_files(world)
    if not kept:
        return None
    path = world.random.choice(kept)
    text = rewritten(world, world.files[path])
    if text == world.files[path] or (text is not None and not world.files[path]):
        return None
    carrier = world.random.choice(CARRIERS)
    world.told.append(f"ALTER {path} {carrier.__name__}")
    carrier(world, {path: text})
    return path


def unaltered(seed: int, repo: Repo) -> str:
    """Play a history in which all is right; returns what is said against it."""
    world = begin(seed)
    play(world, world.random.randrange(5, 30))
    verified = verify(repo, write(world, repo), whole=True)
    if verified.departures or ("come_back" not in world.told and verified.past):
        return f"seed {seed}: false alarm {verified} after {world.told}"
    return ""


def altered(seed: int, repo: Repo) -> str:
    """Play a history with one alteration in it; returns why it was not found."""
    world = begin(seed)
    claim(world)
    play(world, world.random.randrange(2, 16))
    path = alter(world)
    if path is None:
        return ""
    deeds = [record, claim, propose, branch]
    for deed in world.random.choices(deeds, k=world.random.randrange(4)):
        world.told.append(deed.__name__)
        deed(world)
    verified = verify(repo, write(world, repo), whole=True)
    now = {each.path for each in verified.departures}
    once = {each.path for each in verified.past}
    if path not in now | once:
        return f"seed {seed}: {path} is not among {now} after {world.told}"
    others = now - {path}
    return f"seed {seed}: {others} named beside {path}: {world.told}" if others else ""


def run(count: int, first: int, folder: Path) -> list[str]:
    """Play histories with and without alterations; returns all that is wrong."""
    told = []
    for start in range(first, first + count, _IN_ONE):
        # Every history is a pack or many files: git gets slow with thousands of them.
        place = folder / str(start)
        repos = [new_repo(place / f"r{n}", each) for n, each in enumerate(PREFIXES)]
        for seed in range(start, min(start + _IN_ONE, first + count)):
            told += [altered(seed, repos[seed % 2]), unaltered(seed, repos[seed % 2])]
        shutil.rmtree(place)
    return [each for each in told if each]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        wrong = run(int(sys.argv[1]), int([*sys.argv, "0"][2]), Path(scratch))
    sys.stdout.write("".join(f"{each}\n" for each in wrong) or "all found\n")
    sys.exit(bool(wrong))
