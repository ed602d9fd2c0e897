"""Forms that are not recorded yet: the accounts they concern get no messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from goodterms.forge.github.api import Api
from goodterms.forge.github.client import ApiError
from goodterms.forge.github.form_issues import FiledForm, open_forms
from goodterms.forge.github.issue_forms import (
    ALLOCATION,
    FOLDER,
    FormAnswer,
    IssueForm,
    load_form,
    read_body,
)
from goodterms.forge.github.issue_forms.form_of_issue import FormKinds
from goodterms.forge.github.issue_forms.origin import find_stamped, stamp
from goodterms.forge.github.issue_forms.payment_form import match
from goodterms.forge.github.issue_forms.validate import account_of, is_ours, judge
from goodterms.forge.protocol import UnreadForms
from goodterms.git import Repo, read_files
from goodterms.model.refusal import RefusalError
from goodterms.workspace.workspace import Workspace

#: So near must a name be to what was typed for one to be meant by the other.
_NEAR = 0.6
_MOST = 20


def unheard(repo: Repo, api: Api, commit: str, workspace: Workspace) -> UnreadForms:
    """Say whom open forms of ours may be about that main does not know of.

    *workspace* shows *commit*. Strangers' forms hold nobody: anybody may file one.
    Where nobody can say whom a form is about, it is everybody until its author was
    told; where the forms cannot be read, it is everybody.
    """
    reader = _UnreadFormReader(repo, api, commit, workspace)
    reasons: dict[str, str] = {}
    try:
        kinds = FormKinds(repo, commit)
        for filed in open_forms(api):
            kind = kinds.of(filed)
            if kind is None or not is_ours(workspace, filed) or reader.knows(filed):
                continue
            why = f"form #{filed.number} is not in the ledger yet"
            accounts = reader.about(filed, kind)
            if accounts is None:
                return UnreadForms({}, f"{why}, and may be about anybody")
            reasons |= dict.fromkeys(accounts, why)
    except (ApiError, RefusalError) as error:
        return UnreadForms(
            {}, f"what people wrote into forms could not be read: {error}"
        )
    return UnreadForms(reasons)


@dataclass(frozen=True, slots=True)
class _UnreadFormReader:
    repo: Repo
    api: Api
    commit: str
    workspace: Workspace

    def knows(self, filed: FiledForm) -> bool:
        """Whether main has what came from a form, though it is open still."""
        return bool(find_stamped(self.repo, self.commit, self._mark(filed)))

    def about(self, filed: FiledForm, kind: str) -> list[str] | None:
        """List the accounts that a form may be about; None: it may be any."""
        file = f"{FOLDER}/{kind}.yml"
        data = read_files(self.repo, self.commit, [file]).get(file)
        form, _ = load_form(kind, data)
        if form is None:
            return None
        answer = read_body(form, filed.body).get("account", "")
        meant = account_of(self.workspace, answer)
        if meant in self.workspace.account_ids():
            return [meant]
        near = self._near(answer)
        return near if near or self._answered(filed, kind, form) else None

    def _answered(self, filed: FiledForm, kind: str, form: IssueForm) -> bool:
        """Whether its author was told already what is wrong with it, as it is now."""
        read = match if kind == ALLOCATION else judge
        result = read(self.workspace, form, filed, self._mark(filed))
        markers = map(self.api.mark, self.api.comments(filed.number))
        latest = [marker.content for marker in markers if marker][-1:]
        return isinstance(result, FormAnswer) and latest == [result.content]

    def _near(self, answer: str) -> list[str]:
        """List the accounts whose folder or name is like what was typed."""
        names = dict(self._names())
        close = (
            get_close_matches(_simple(answer), names, _MOST, _NEAR) if answer else []
        )
        return sorted({names[name] for name in close})

    def _names(self) -> Iterator[tuple[str, str]]:
        for id_, profile in self.workspace.profiles().items():
            yield _simple(profile.name), id_
        yield from ((_simple(id_), id_) for id_ in self.workspace.account_ids())

    def _mark(self, filed: FiledForm) -> str:
        return stamp(self.api.client.where.repository, filed.number)


def _simple(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
