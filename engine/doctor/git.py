"""Is git set up? The remote answers, and takes what is pushed to it."""

from collections.abc import Iterator

from goodterms.doctor.check import DoctorCheck, broken, ok
from goodterms.git import MAIN, Repo, read_refs
from goodterms.git.command import GitError, run_git
from goodterms.model.refusal import RefusalError

#: A branch that nobody reads: made and taken away at once.
PROBE = "refs/heads/goodterms-doctor-probe"


def checks(repo: Repo) -> Iterator[DoctorCheck]:
    """Yield what there is to say about the remote."""
    try:
        tip = read_refs(repo).main
    except RefusalError as error:
        yield broken("git", str(error))
        return
    if repo.remote is None:
        yield ok("git", f"there is no remote; {MAIN} here is the truth")
        return
    yield ok("git", f"{repo.remote} answers, and has {MAIN}")
    yield _probe(repo, repo.remote, tip)


def _probe(repo: Repo, remote: str, tip: str) -> DoctorCheck:
    """Push a branch and take it away again; what a killed probe left goes, too."""
    args = ("push", "--quiet", "--no-verify", "--force", remote)
    push = run_git(repo.top, *args, f"{tip}:{PROBE}")
    if push.returncode:
        error_text = str(
            GitError(args, push.returncode, push.stderr.decode(errors="replace"))
        )
        how = "in a workflow: permissions: {contents: write}, and the token for git"
        return broken("push", f"a branch could not be pushed: {error_text}", how)
    gone = run_git(repo.top, *args, f":{PROBE}")
    if gone.returncode:
        how = f"delete it: git push {remote} --delete {PROBE}"
        return broken("push", "a branch was pushed, and could not be deleted", how)
    return ok("push", "branches can be pushed and deleted")
