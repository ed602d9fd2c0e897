"""A user's own start: report-only, in git, without a single problem."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from goodterms.cli import main
from goodterms.cli.output import called
from goodterms.git.command import git
from goodterms.init import (
    InitAnswers,
    TimeZoneError,
    person_key,
    settings_text,
    time_zone,
)
from goodterms.load import load_settings
from goodterms.load.value_readers import COUNTRIES
from goodterms.workspace.bundled_files import shipped_files, shipped_root
from tests.support.git_repos import commit, new_repo, sh

WORKFLOWS = ".github/workflows"
ENGINE = ".github/actions/goodterms/engine.txt"


def start(folder: Path, *more: str) -> int:
    return main(["init", str(folder), "--name", 'O\'Hara: "Sons" & Co', *more])


def test_a_new_repository_checks_clean_and_only_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"

    assert start(folder, "--country", "gb", "--timezone", "Europe/London") == 0
    assert "plans and reports, and sends nothing yet" in capsys.readouterr().out

    assert main(["--root", str(folder), "check"]) == 0
    settings = (folder / "goodterms.yaml").read_text()
    assert "country: GB" in settings
    assert "\nmode: report" in settings
    assert main(["--root", str(folder), "plan", "--format", "json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out[out.index("{") :])["actions"] == []


def test_it_is_a_repository_with_one_commit_that_can_be_run(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert start(folder) == 0

    count = subprocess.run(
        ["git", "rev-list", "--count", "main"],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    assert count.stdout == b"1\n"
    assert main(["--root", str(folder), "run", "--as-of", "2026-11-20"]) == 0


def test_it_needs_no_module_that_only_unix_has(tmp_path: Path) -> None:
    without = "import sys; sys.modules['fcntl'] = None; "
    program = "from goodterms.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", without + program, "init", str(tmp_path / "mine")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "mine" / "goodterms.yaml").is_file()


def test_schemas_lie_where_the_files_say(tmp_path: Path) -> None:
    assert start(tmp_path / "mine") == 0

    for file in (tmp_path / "mine").rglob("*.yaml"):
        first = file.read_text().splitlines()[0]
        target = (file.parent / first.partition("$schema=")[2]).resolve()
        assert target.is_file(), first


def test_nothing_of_the_user_is_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "goodterms.yaml").write_text("mine: true\n")

    assert start(tmp_path) == 2

    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["goodterms.yaml"]


@pytest.mark.parametrize(
    ("given", "written"), [("UK", "GB"), ("Germany", "DE"), ("ZZ", None)]
)
def test_the_country_is_one_of_iso_3166(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    given: str,
    written: str | None,
) -> None:
    folder = tmp_path / "mine"

    assert start(folder, "--country", given) == (0 if written else 2)
    if written:
        assert f"country: {written}" in (folder / "goodterms.yaml").read_text()
    else:
        assert "'ZZ' is no country of ISO 3166" in capsys.readouterr().err
        assert not folder.exists()


def test_an_unknown_time_zone_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(tmp_path / "mine", "--timezone", "Europe/Londn") == 2

    assert "'Europe/Londn' is no time zone" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_it_comes_with_the_three_workflows_and_the_forms(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert start(folder) == 0

    found = {path.name for path in (folder / WORKFLOWS).iterdir()}
    assert found == {"run.yml", "check.yml", "record.yml"}
    whole = dict(shipped_files(".github"))
    made = {path for path in (folder / ".github").rglob("*.*") if path.is_file()}
    added = {
        path for path in made if path.suffix == ".whl" or path.name == "engine.txt"
    }
    assert len(added) == 2
    for path in made - added:
        assert path.read_bytes() == whole[path.relative_to(folder).as_posix()]
    assert (folder / ".github/ISSUE_TEMPLATE/promise.yml").is_file()


COMMIT, HASH = "0a" * 20, "1b" * 32


@pytest.mark.parametrize(
    "engine",
    [
        f"goodterms @ git+https://x.example/y@{COMMIT}",
        f"goodterms @ https://x.example/goodterms-1.0-py3-none-any.whl#sha256={HASH}",
        f"goodterms==1.0 --hash=sha256:{HASH}",
    ],
)
def test_workflows_install_what_is_named_by_its_bytes(
    tmp_path: Path, engine: str
) -> None:
    assert start(tmp_path / "mine", "--engine", engine) == 0
    assert (tmp_path / "mine" / ENGINE).read_text() == f"{engine}\n"
    assert not list((tmp_path / "mine" / ENGINE).parent.glob("*.whl"))


@pytest.mark.parametrize(
    "engine",
    [
        "",
        "goodterms",
        "goodterms==1.0",
        "goodterms @ git+https://x.example/y",
        "goodterms @ git+https://x.example/y@main",
        "goodterms @ https://x.example/goodterms-1.0-py3-none-any.whl",
        f"-r x --hash=sha256:{HASH}",
        f"other @ git+https://x.example/y@{COMMIT}",
        f"goodterms==1.0 --hash=sha256:{HASH}\nother",
        f"goodterms @ git+https://x.example/$(x)'@{COMMIT}",
    ],
)
def test_what_may_change_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    assert start(tmp_path / "mine", "--engine", engine) == 2
    assert "may be another program tomorrow" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_folder_in_a_repository_gets_no_workflows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = new_repo(tmp_path / "top", {"README.md": "mine\n"})

    assert start(top / "books") == 0
    assert "is not the top of its repository" in capsys.readouterr().out
    assert not (top / "books" / ".github").exists()

    assert start(top, "--here") == 0
    assert (top / WORKFLOWS / "run.yml").is_file()


def test_the_template_itself_starts_with_a_report() -> None:
    settings = (shipped_root() / "goodterms.yaml").read_text()
    assert "\nmode: report" in settings


def _done_as_told(told: str) -> None:
    """Do, in a shell, what ``init`` says is left to be done in git."""
    for row in told.splitlines():
        found = re.search(r"\d\. [^:]+: +(git .*)", row)
        if found:
            who = "-c user.name=Me -c user.email=me@linden.example"
            told = found[1].replace("git -C", f"git {who} -C")
            subprocess.run(["sh", "-c", told], check=True, capture_output=True)


@pytest.mark.parametrize("below", ["", "receivables"])
@pytest.mark.parametrize("remote", [False, True])
@pytest.mark.parametrize("state", ["master", "main", "elsewhere", "detached", "lost"])
def test_in_a_repository_of_yours_it_says_how_to_go_on(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    state: str,
    below: str,
    *,
    remote: bool,
) -> None:
    """What it says, done to the letter, makes the first run clean."""
    top = tmp_path / "my firm"
    branch = "main" if state in ("main", "elsewhere", "detached") else "master"
    top.mkdir()
    sh(top, "init", "-q", f"--initial-branch={branch}")
    if state in ("elsewhere", "detached", "lost"):
        commit(top, {"notes.txt": "Mine.\n"})
        sh(
            top,
            "switch",
            "-q",
            *(["-c", "x"] if state == "elsewhere" else ["--detach"]),
        )
    if remote:
        sh(tmp_path, "init", "-q", "--bare", "-b", "main", "remote.git")
        sh(top, "remote", "add", "origin", str(tmp_path / "remote.git"))
    folder = top / below

    assert start(folder, "--here") == 0
    told = capsys.readouterr().out
    assert "Nothing is committed, for the folder lies in a repository of yours" in told
    assert "1. Commit the files:" in told
    assert "commit what you change later, too" in told
    assert ("Call the branch main:" in told) == (state == "master")
    _done_as_told(told)

    assert main(["--root", str(folder), "run", "--as-of", "2026-11-20"]) == 0
    assert sh(top, "branch", "--show-current") == "main"


def test_where_it_has_committed_itself_nothing_is_left_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(tmp_path / "mine") == 0
    told = capsys.readouterr().out
    assert "  1. Say how to pay you, and who decides: " in told
    assert "git -C" not in told
    assert re.search(r"  5. Let GitHub run it every day: +goodterms docs github", told)
    assert "and no others of the folder, are one commit on main" in told


def listed(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_a_folder_that_holds_other_files_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "passwords.txt"):
        (tmp_path / name).write_text("hunter2")
    monkeypatch.chdir(tmp_path)

    assert main(["init"]) == 2

    said = capsys.readouterr().err
    assert "'.' is not empty: it holds a.txt, b.txt, c.txt and 1 more;" in said
    assert "add --here" in said
    assert listed(tmp_path) == {"a.txt", "b.txt", "c.txt", "passwords.txt"}
    assert not (tmp_path / ".git").exists()


def test_here_commits_what_it_wrote_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "passwords.txt").write_text("hunter2")
    (tmp_path / "README.md").write_text("Mine.\n")
    (tmp_path / ".gitignore").write_text("*.whl\n/outbox")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "own.html").write_text("mine")

    assert start(tmp_path, "--here") == 0

    told = capsys.readouterr().out
    assert "README.md is yours and stays" in told
    assert (tmp_path / "README.md").read_text() == "Mine.\n"
    assert "Receivables of" in (tmp_path / "ledger" / "README.md").read_text()
    ignored = (tmp_path / ".gitignore").read_text()
    assert ignored == "*.whl\n/outbox\noutbox/\nimports/\n.venv/\n"
    status = sh(tmp_path, "status", "--porcelain", "--untracked-files=all")
    assert status.split() == [
        *["??", "README.md"],
        *["??", "passwords.txt"],
        *["??", "templates/own.html"],
    ]
    committed = set(sh(tmp_path, "ls-files").splitlines())
    assert any(name.endswith(".whl") for name in committed)
    assert main(["--root", str(tmp_path), "check"]) == 0


def test_what_is_to_be_committed_by_hand_is_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = new_repo(tmp_path / "top", {"templates/own.html": "mine\n"})
    (top / "passwords.txt").write_text("hunter2")
    (top / "staged.txt").write_text("not yet")
    (top / "templates" / "draft.html").write_text("mine, too")
    sh(top, "add", "staged.txt")

    assert start(top, "--here") == 0
    _done_as_told(capsys.readouterr().out)

    assert sh(top, "status", "--porcelain", "--untracked-files=all").splitlines() == [
        "A  staged.txt",
        "?? passwords.txt",
        "?? templates/draft.html",
    ]


def test_a_start_that_fails_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")

    def interrupted(folder: Path, *args: str, **how: object) -> bytes:
        if args[0] == "commit":
            raise KeyboardInterrupt
        return git(folder, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(sys.modules["goodterms.init.begin"], "git", interrupted)
    assert start(tmp_path, "--here") == 1

    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert start(tmp_path / "new" / "one") == 1
    assert not (tmp_path / "new").exists()


def test_a_folder_that_git_ignores_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = new_repo(tmp_path / "top", {".gitignore": "books/\n"})
    assert start(top / "books") == 2
    assert "ignores" in capsys.readouterr().err
    assert not (top / "books").exists()


def test_commands_it_prints_can_be_pasted(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Blanks are quoted, and the program is one that the shell finds from here."""
    program = Path(sys.executable).with_name("goodterms")
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(tmp_path)

    assert main(["init", "my receivables"]) == 0

    told = capsys.readouterr().out
    found = re.search(r"See what would be due today: +(.*)", told)
    assert found is not None
    done = subprocess.run(
        ["sh", "-c", found[1]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "0 invoices waiting" in done.stdout
    settings = re.search(r"who decides: +'(.*)'", told)
    assert settings is not None
    assert Path(settings[1]).is_file()


@pytest.mark.parametrize(
    ("folder", "path", "printed"),
    [
        ("bin", "", "bin/goodterms"),
        ("bin", "bin", "goodterms"),
        ("my bin", "", "'my bin/goodterms'"),
        ("../bin", "", None),
    ],
)
def test_how_the_program_was_called(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    path: str,
    printed: str | None,
) -> None:
    here = tmp_path / "here"
    program = here / folder / "goodterms"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", str(here / path) if path else os.defpath)
    assert called() == (printed or str(program))


def test_called_as_a_module_it_is_called_so_again(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "goodterms", "init", str(tmp_path / "mine")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    said = ran.stdout + ran.stderr
    (line,) = [line for line in said.splitlines() if " -m goodterms " in line][:1]
    again = line[line.index(sys.executable) :]
    assert subprocess.run(again, shell=True, check=False).returncode == 0  # noqa: S602 - to be pasted into a shell


def test_a_british_firm_starts_with_british_examples(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert start(folder, "--country", "UK", "--person", "Dana Müller") == 0

    settings = (folder / "goodterms.yaml").read_text()
    assert "timezone: Europe/London" in settings
    assert "+44 20 7946 0018" in settings
    assert "sort_code: 60-16-13" in settings
    assert "solicitor: {kind: lawyer, name: Your Solicitor}" in settings
    assert "dana: {name: Dana Müller," in settings
    everything = b"".join(
        (folder / name).read_bytes()
        for name in listed(folder)
        if not name.startswith((".github/actions", "schemas/"))
    ).decode()
    for foreign in ("kanzlei-", "Berlin", "+49", "DE02"):
        assert foreign not in everything
    assert main(["--root", str(folder), "check"]) == 0


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("FR", "Europe/Paris"),
        ("ES", "Europe/Madrid"),
        ("US", None),
    ],
)
def test_the_time_zone_is_that_of_the_country(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    country: str,
    zone: str | None,
) -> None:
    folder = tmp_path / "mine"
    assert start(folder, "--country", country) == (0 if zone else 2)
    if zone:
        assert f"timezone: {zone}\n" in (folder / "goodterms.yaml").read_text()
    else:
        assert "like America/New_York" in capsys.readouterr().err
        assert start(folder, "--country", country, "--timezone", "US/Pacific") == 0


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_has_a_time_zone_or_is_asked_for_it(country: str) -> None:
    try:
        assert time_zone(country) in available_timezones()
    except TimeZoneError as error:
        found = re.search(r"--timezone, like (\S+)$", str(error))
        assert found is not None
        assert found[1] in available_timezones()


@pytest.mark.parametrize(
    ("person", "key"),
    [
        ("Dana Miller", "dana"),
        ("Jörg", "joerg"),
        ("山田 太郎", "shantian"),
        ("Your Name", "me"),
        ("", "me"),
        ("---", "me"),
        ("Colleague X", "me"),
        ("true", "true"),
    ],
)
def test_records_call_a_person_by_the_first_name(person: str, key: str) -> None:
    assert person_key(person) == key
    start = InitAnswers(
        name="A",
        email="a@linden.example",
        country="GB",
        timezone="Europe/London",
        language="en",
        person=person or "B",
    )
    settings, problems = load_settings(settings_text(start).encode(), "x.yaml")
    assert problems == ()
    assert settings is not None
    assert {person_key(start.person), "colleague"} == settings.people.keys()


def test_the_page_for_a_colleague_says_how_to_decide_and_record(
    tmp_path: Path,
) -> None:
    """Each command in it is one that there is."""
    folder = tmp_path / "mine"
    assert start(folder, "--person", "Dana") == 0
    text = (folder / "README.md").read_text()

    assert text.startswith('# Receivables of O\'Hara: "Sons" & Co\n')
    told = re.findall(r"goodterms ([a-z]+)", text)
    assert {"plan", "approve", "decline", "record", "docs", "show"} <= set(told)
    for name in set(told):
        assert main([name, "--help"]) == 0
    wheel = re.search(r"pip install -q (\S+)", text)
    assert wheel is not None
    assert (folder / wheel[1]).is_file()
    assert "--by dana" in text


@pytest.mark.parametrize("gone", ["agency", "solicitor", "colleague"])
def test_taking_out_an_example_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], gone: str
) -> None:
    """``doctor`` says what names it; doing what it says leaves no error."""
    folder = tmp_path / "mine"
    assert start(folder, "--country", "GB") == 0
    capsys.readouterr()
    assert main(["--root", str(folder), "doctor"]) == 0
    advice = capsys.readouterr().out
    if gone == "colleague":
        assert "'colleague' in teams: finance-leads" in advice
    else:
        option = "agency" if gone == "agency" else "legal"
        assert f"the option '{option}' of triage in policies/standard/v1" in advice

    without(folder / "goodterms.yaml", f"  {gone}: ")
    assert main(["--root", str(folder), "check"]) == 1
    said = capsys.readouterr()
    way = {
        "agency": "add it to partners in goodterms.yaml, or take this option out",
        "solicitor": "add it to partners in goodterms.yaml, or take this option out",
        "colleague": "add them to people, or take them out of 'teams'",
    }
    assert way[gone] in said.out

    if gone == "colleague":
        settings = folder / "goodterms.yaml"
        settings.write_text(settings.read_text().replace("[me, colleague]", "[me]"))
        policy = folder / "policies/standard/v1.yaml"
        policy.write_text(policy.read_text().replace("count: 2", "count: 1"))
    else:
        without(folder / "policies/standard/v1.yaml", f"place_with: {gone}")
    if gone == "agency":
        assert main(["--root", str(folder), "check"]) == 1
        assert "or take this line out" in capsys.readouterr().out
        without(folder / "policies/standard/v1.yaml", "choose: agency")
    assert main(["--root", str(folder), "check"]) == 0


def without(file: Path, text: str) -> None:
    """Take out the lines that hold a text."""
    rows = [row for row in file.read_text().splitlines() if text not in row]
    file.write_text("\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("foo", "'foo' is no e-mail address"),
        ("me@here", "'here' is no domain that mail can go to"),
        ("mé@linden.example", "has letters before the @"),
        ("", "--email: "),
    ],
)
def test_an_address_that_check_would_refuse_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], email: str, why: str
) -> None:
    assert start(tmp_path / "mine", "--email", email) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_forms_say_that_they_need_github(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(tmp_path / "mine") == 0
    assert main(["--root", str(tmp_path / "mine"), "forms"]) == 2
    said = capsys.readouterr().err
    assert "forms need 'forge: github', and this is 'forge: local'" in said
    assert "goodterms record" in said
