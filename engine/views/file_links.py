"""Where the files of the ledger stand on the forge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from goodterms.views.markdown import Markdown, code


@dataclass(frozen=True, slots=True)
class ForgeLinks:
    """A repository on a forge: ``https://github.com``, ``acme/ledger``.

    ``ref`` is the commit or branch whose files are shown; None takes the
    commit of the proposal, which stays the same until its facts change.
    ``branch`` carries the proposal, and ``folder`` is the root below the top.
    ``proposal_pages`` are the pages of other proposals that are open, by name.
    """

    server: str
    repository: str
    ref: str | None = None
    branch: str | None = None
    folder: str = ""
    proposal_pages: Mapping[str, str] = field(default_factory=dict)

    def blob(self, path: str, ref: str, line: int = 0) -> str:
        """Return the address of a file at a commit or branch, at a line of it."""
        return self._address("blob", ref, path) + (f"#L{line}" if line else "")

    def edit(self, path: str) -> str | None:
        """Return the address where the proposal's file is edited."""
        return self._address("edit", self.branch, path) if self.branch else None

    def form(self, kind: str, account: str) -> str:
        """Return the address of the form for a kind of record, begun for an account."""
        return form_address(
            f"{self.server.rstrip('/')}/{self.repository}", kind, account
        )

    def _address(self, does: str, ref: str, path: str) -> str:
        whole = f"{self.folder.strip('/')}/{path}".lstrip("/")
        parts = quote(f"{self.repository}/{does}/{ref}/{whole}", safe="/-._~@")
        return f"{self.server.rstrip('/')}/{parts}"


def form_address(repository: str, kind: str, account: str) -> str:
    """Return where a form is filled in, with the account filled in already.

    *repository* is the address of the repository's page.
    """
    query = urlencode({"template": f"{kind}.yml", "account": account})
    return f"{repository}/issues/new?{query}"


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes links to files, or just names them where there is no forge."""

    links: ForgeLinks | None
    ref: str | None

    def file(self, path: str, label: Markdown | None = None, line: int = 0) -> Markdown:
        """Name a file of the repository; by its path unless a label is given."""
        shown = code(path) if label is None else label
        ref = (self.links.ref if self.links else None) or self.ref
        if self.links is None or ref is None:
            return shown
        return Markdown(f"[{shown}]({self.links.blob(path, ref, line)})")

    def edit(self, path: str, label: Markdown) -> Markdown:
        """Lead to where a proposal's file is edited."""
        target = self.links.edit(path) if self.links else None
        return Markdown(f"[{label}]({target})") if target else label

    def proposal(self, name: str, label: Markdown) -> Markdown:
        """Lead to another proposal, where it has a page."""
        page = self.links.proposal_pages.get(name) if self.links else None
        return Markdown(f"[{label}]({page})") if page else label

    def form(self, kind: str, account: str, label: str) -> Markdown:
        """Lead to the form for a kind of record; empty where there is no forge."""
        if self.links is None:
            return Markdown()
        return Markdown(f"[{label}]({self.links.form(kind, account)})")


def file_links(links: ForgeLinks | None, commit: str | None) -> FileLinks:
    """Return what makes links, at *commit* unless the links name another ref."""
    return FileLinks(links, commit)
