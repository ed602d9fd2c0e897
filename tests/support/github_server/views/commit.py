"""Commits, changed files and the contents of files."""

import base64
from collections.abc import Sequence
from urllib.parse import quote

from tests.support.github_server.diffs import FileDiff, Info, Stamp
from tests.support.github_server.http_messages import Json
from tests.support.github_server.views.links import Look, node_id, stamp
from tests.support.github_server.views.people import user

_UNSIGNED = {"verified": False, "reason": "unsigned"}
_SIGNED = {"verified": True, "reason": "valid"}
_BIG = 1024 * 1024


def _person(who: Stamp) -> Json:
    return {"name": who.name, "email": who.email, "date": stamp(who.at)}


def _user(look: Look, who: Stamp) -> Json | None:
    found = look.world.user_by_email(who.email)
    return user(look, found.login) if found else None


def _signature(look: Look, info: Info) -> Json:
    told = _SIGNED if info.sha in look.state.signed else _UNSIGNED
    return {**told, "signature": None, "payload": None}


def commit(look: Look, info: Info) -> Json:
    """Show a commit, as in lists."""
    url = f"{look.repo}/commits/{info.sha}"
    tree = {"sha": info.tree, "url": f"{look.repo}/git/trees/{info.tree}"}
    return {
        "sha": info.sha,
        "node_id": node_id("Commit", int(info.sha[:8], 16)),
        "commit": {
            "author": _person(info.author),
            "committer": _person(info.committer),
            "message": info.message,
            "tree": tree,
            "url": f"{look.repo}/git/commits/{info.sha}",
            "comment_count": 0,
            "verification": {**_signature(look, info), "verified_at": None},
        },
        "url": url,
        "html_url": f"{look.page}/commit/{info.sha}",
        "comments_url": f"{url}/comments",
        "author": _user(look, info.author),
        "committer": _user(look, info.committer),
        "parents": [_parent(look, sha) for sha in info.parents],
    }


def _parent(look: Look, sha: str) -> Json:
    page = f"{look.page}/commit/{sha}"
    return {"sha": sha, "url": f"{look.repo}/commits/{sha}", "html_url": page}


def full_commit(look: Look, info: Info, files: Sequence[FileDiff]) -> Json:
    """Show a commit by itself, with what it changes."""
    plus = sum(file.additions for file in files)
    minus = sum(file.deletions for file in files)
    return {
        **commit(look, info),
        "stats": {"total": plus + minus, "additions": plus, "deletions": minus},
        "files": [changed_file(look, file, info.sha) for file in files],
    }


def git_commit(look: Look, info: Info) -> Json:
    """Show a commit as it stands beside a file that was written."""
    return {
        "sha": info.sha,
        "node_id": node_id("Commit", int(info.sha[:8], 16)),
        "url": f"{look.repo}/git/commits/{info.sha}",
        "html_url": f"{look.page}/commit/{info.sha}",
        "author": _person(info.author),
        "committer": _person(info.committer),
        "message": info.message,
        "tree": {"sha": info.tree, "url": f"{look.repo}/git/trees/{info.tree}"},
        "parents": [_parent(look, sha) for sha in info.parents],
        "verification": _signature(look, info),
    }


def changed_file(look: Look, file: FileDiff, head: str) -> Json:
    """Show one file that a commit or pull request changes."""
    path = quote(file.path)
    shown: Json = {
        "sha": file.sha,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": f"{look.page}/blob/{head}/{path}",
        "raw_url": f"{look.page}/raw/{head}/{path}",
        "contents_url": f"{look.repo}/contents/{path}?ref={head}",
    }
    if file.patch is not None:
        shown["patch"] = file.patch
    if file.was is not None:
        shown["previous_filename"] = file.was
    return shown


def entry(look: Look, kind: str, path: str, sha: str, ref: str, size: int) -> Json:
    """Show a file or folder without its content."""
    url = f"{look.repo}/contents/{quote(path)}?ref={ref}"
    git = f"{look.repo}/git/{'blobs' if kind == 'file' else 'trees'}/{sha}"
    page = f"{look.page}/{'blob' if kind == 'file' else 'tree'}/{ref}/{quote(path)}"
    raw = f"{look.page}/raw/{ref}/{quote(path)}" if kind == "file" else None
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "size": size,
        "url": url,
        "html_url": page,
        "git_url": git,
        "download_url": raw,
        "type": kind,
        "_links": {"self": url, "git": git, "html": page},
    }


def file(look: Look, path: str, sha: str, ref: str, content: bytes) -> Json:
    """Show a file with its content, which GitHub leaves out above 1 MiB."""
    big = len(content) > _BIG
    return {
        **entry(look, "file", path, sha, ref, len(content)),
        "content": "" if big else base64.encodebytes(content).decode(),
        "encoding": "none" if big else "base64",
    }
