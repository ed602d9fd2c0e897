"""A user's own start: report-only, in git, without a single problem."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from engine.cli import main
from engine.shipped import shipped_files, shipped_root
from tests.gitting import commit, new_repo, sh

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

    assert start(top) == 0
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

    assert start(folder) == 0
    told = capsys.readouterr().out
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
    assert "  1. Say who you are and how to pay you: " in told
    assert "git -C" not in told
    assert "  4. Let GitHub run it every day:" in told


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
