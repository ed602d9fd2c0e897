"""Look at the past of a folder, where it lies in a git repository."""

from dataclasses import replace
from pathlib import Path

from goodterms.git import MAIN, NoRepositoryError, Repo, open_repo
from goodterms.git.command import line, run_git
from goodterms.model.refusal import RefusalError
from goodterms.provenance.problems import held
from goodterms.provenance.verify import VerifyResult, verify
from goodterms.workspace.workspace import Workspace


def look(root: Path) -> VerifyResult | None:
    """Verify the checkout of a root; None where there is no history to see.

    Where there is one that git does not show, what is ``unseen`` says why.
    """
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    try:
        repo = open_repo(root)
        head = head_of(repo)
        return verify(repo, head, checkout=True, main=on_main(repo)) if head else None
    except NoRepositoryError:
        return None
    except RefusalError as error:
        return VerifyResult(unseen=str(error))


def head_of(repo: Repo) -> str | None:
    """Return the commit that is checked out, None where there is none yet."""
    done = run_git(repo.top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return line(done.stdout) if done.returncode == 0 else None


def on_main(repo: Repo) -> bool:
    """Whether it is main that is checked out."""
    done = run_git(repo.top, "symbolic-ref", "--quiet", "HEAD")
    return done.stdout.decode().strip() == f"refs/heads/{MAIN}"


def with_past(workspace: Workspace) -> Workspace:
    """Keep out of a workspace the accounts whose past does not stand."""
    verified = look(workspace.root)
    return replace(workspace, held=held(verified)) if verified else workspace
