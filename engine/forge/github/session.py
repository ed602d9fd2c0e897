"""A session with GitHub: what is needed to show proposals and comment on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from goodterms.decision import EffectivePolicies, JournalEntry, effective_policies, fold
from goodterms.forge.decision_file import branch_of
from goodterms.forge.github.api import Api
from goodterms.forge.github.objects import PullRequest
from goodterms.forge.github.pull_requests import PullRequests
from goodterms.forge.proposal_edits import edit_of
from goodterms.forge.protocol import LedgerStatus, Proposal
from goodterms.git import MAIN, Repo
from goodterms.git.refs import PROPOSALS
from goodterms.model.ledger import Account
from goodterms.model.paths import account_path, decision_path
from goodterms.model.problem import Problem
from goodterms.views import (
    ForgeLinks,
    PageMarker,
    ProposalComment,
    ProposalPage,
    policy_path,
    read_marker,
    render_proposal_page,
)
from goodterms.views.file_links import file_links
from goodterms.views.markdown import Markdown, say


@dataclass(frozen=True, slots=True)
class ProposalCase:
    """A proposal as the ledger has it: its account and its journal entry."""

    account: Account
    entry: JournalEntry

    @property
    def name(self) -> str:
        """What people call it by."""
        return f"{self.account.id}/{self.entry.id}"

    @property
    def path(self) -> str:
        """Where its account's files are."""
        return account_path(self.account.id)


@dataclass
class GitHubSession:
    """Shows proposals on GitHub: the ledger, the rules of the day, the API."""

    api: Api
    pulls: PullRequests
    status: LedgerStatus
    repo: Repo
    rules: EffectivePolicies = field(init=False)
    _accounts: dict[str, Account | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        workspace = self.status.context.workspace
        self.rules = effective_policies(
            workspace.book, workspace.settings, self.status.context.day
        )

    def case(self, name: str) -> ProposalCase | None:
        """Find a proposal by its name; None where its account cannot be read."""
        account_id, _, id_ = name.partition("/")
        account = self._account(account_id)
        if account is None:
            return None
        entries = fold(account.journal, self.status.context.day, account.records)
        entry = next((candidate for candidate in entries if candidate.id == id_), None)
        if entry is None or entry.doc.kind != "propose":
            return None
        return ProposalCase(account, entry)

    def links(self, name: str) -> ForgeLinks:
        """Return what leads to the files that a proposal is about."""
        place, folder = self.api.client.where, self.repo.prefix
        branch, account = branch_of(*name.split("/", 1)), name.partition("/")[0]
        proposal_pages = {
            other: pull.page
            for head, pull in self.pulls.open.items()
            if (other := name_of(head)) and other.partition("/")[0] == account
        }
        return ForgeLinks(
            place.server,
            place.repository,
            branch=branch,
            folder=folder,
            proposal_pages=proposal_pages,
        )

    def page(
        self, case: ProposalCase, proposal: Proposal
    ) -> tuple[ProposalPage, tuple[Problem, ...]]:
        """Write a proposal's page, as its file is now."""
        workspace = self.status.context.workspace
        ref = case.entry.doc.policy
        file = workspace.root / policy_path(ref) if ref else None
        policy_text = file.read_bytes() if file and file.is_file() else b""
        return render_proposal_page(
            case.account,
            self.rules,
            case.entry,
            workspace.templates,
            policy_text,
            self.links(case.name),
            edit=edit_of(self.repo, self.status.context.refs, proposal),
        )

    def way_out(self, name: str, pull: PullRequest) -> Markdown:
        """Say how a decision that does not count is taken off main again."""
        if pull.merged:
            return Markdown(
                "Press **Revert** at the end of this pull request, and merge what"
                " that opens."
            )
        files = file_links(replace(self.links(name), ref=MAIN), None)
        path = decision_path(*name.split("/", 1))
        return say("Delete {} from main.", files.file(path))

    def logins(self, keys: Sequence[str]) -> dict[str, str]:
        """Map keys of ``people`` to logins, without those that have none."""
        people = self.rules.settings.people
        logins = ((key, people[key].github) for key in keys if key in people)
        return {key: login for key, login in logins if login}

    def note(self, number: int, note: ProposalComment, *, anew: bool = False) -> bool:
        """Say something once: a note that stands there already is not repeated.

        With *anew* one of its topic that says something else is written over,
        without it such a note is news. Returns whether anything was written.
        """
        same = self.notes(number, note.marker)
        if any(_says(body, note) for _, body in same):
            return False
        if same and anew:
            self.api.edit_comment(same[-1][0], note.body)
        else:
            self.api.comment(number, note.body)
        return True

    def notes(self, number: int, page_marker: PageMarker) -> list[tuple[int, str]]:
        """List what was said on a topic of a proposal, by comment and body."""
        comments = ((c.id, c.body, self.api.mark(c)) for c in self.api.comments(number))
        return [
            (id_, body)
            for id_, body, marker in comments
            if marker
            and (marker.topic, marker.account, marker.decision)
            == (page_marker.topic, page_marker.account, page_marker.decision)
        ]

    def _account(self, account: str) -> Account | None:
        if account not in self._accounts:
            account_ids = self.status.context.workspace.account_ids()
            self._accounts[account] = (
                self.status.context.workspace.account(account)[0]
                if account in account_ids
                else None
            )
        return self._accounts[account]


def name_of(branch: str) -> str | None:
    """Return the proposal that a branch carries by its name, None for none."""
    name = branch.removeprefix(PROPOSALS)
    return name if name != branch and name.count("/") == 1 else None


def starts(label: str, *beginnings: str) -> bool:
    """Whether a label begins in one of these ways; its capitals do not count."""
    return label.casefold().startswith(
        tuple(beginning.casefold() for beginning in beginnings)
    )


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for line ends and space around them."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _says(body: str, note: ProposalComment) -> bool:
    marker = read_marker(body)
    return marker is not None and marker.content == note.marker.content
