"""Which account is meant: by its folder, its name, or a part of either."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from goodterms.model.identity import normalised_text
from goodterms.model.ledger import Profile
from goodterms.model.refusal import RefusalError
from goodterms.workspace.workspace import Workspace

#: So many candidates are listed, and the rest counted.
_MOST = 8

#: How alike a name must be to what was told to be hinted at.
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class AccountMatch:
    """The account that somebody means; ``name`` is "" where its file is unreadable."""

    account: str
    name: str


def find_account(workspace: Workspace, name: str) -> AccountMatch:
    """Return the one account that a person means by a *name*.

    That is the account of that folder; else the one of that name, or that another
    system calls so; else the only one that has it as a part of its name or folder.
    Capitals make no difference. Raises RefusalError with the candidates where it may
    be several, and with the nearest name where it is none.
    """
    account_ids = workspace.account_ids()
    if name in account_ids:
        profile = workspace.profile(name)
        return AccountMatch(name, profile.name if profile else "")
    profiles = workspace.profiles()
    for found in (
        _called(profiles, account_ids, name),
        _containing(profiles, account_ids, name),
    ):
        if len(found) == 1:
            matched_name = profiles[found[0]].name if found[0] in profiles else ""
            return AccountMatch(found[0], matched_name)
        if found:
            listed = _listed(found, profiles)
            raise RefusalError(f"'{name}' may be {listed}", "say more of it")
    hint = _nearest(name, account_ids, profiles)
    raise RefusalError(f"no account '{name}'", hint or "see the folders of ledger/")


def account_named(workspace: Workspace, name: str) -> str | None:
    """Return the only account of that name, None where there is none or several."""
    wanted = normalised_text(name)
    found = [
        id_
        for id_, profile in workspace.profiles().items()
        if normalised_text(profile.name) == wanted
    ]
    return found[0] if len(found) == 1 else None


def _called(
    profiles: Mapping[str, Profile], account_ids: Iterable[str], name: str
) -> list[str]:
    """List the accounts whose folder, name or key in another system it is."""
    wanted = normalised_text(name)
    return [id_ for id_ in account_ids if wanted in _names(id_, profiles.get(id_))]


def _names(id_: str, profile: Profile | None) -> set[str]:
    if profile is None:
        return {id_}
    keys = (key for keys in profile.keys.values() for key in keys)
    return {id_, normalised_text(profile.name), *map(normalised_text, keys)}


def _containing(
    profiles: Mapping[str, Profile], account_ids: Iterable[str], name: str
) -> list[str]:
    """List the accounts of whose name or folder it is a part."""
    wanted = normalised_text(name)
    if not wanted:
        return []
    return [
        id_
        for id_ in account_ids
        if wanted in id_
        or (id_ in profiles and wanted in normalised_text(profiles[id_].name))
    ]


def _listed(found: list[str], profiles: Mapping[str, Profile]) -> str:
    names = _shown(found[:_MOST], profiles)
    more = len(found) - _MOST
    if more > 0:
        return f"{', '.join(names)} or one of {more} more"
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _shown(ids: Iterable[str], profiles: Mapping[str, Profile]) -> list[str]:
    return [f"{profiles[i].name} ({i})" if i in profiles else i for i in ids]


def _nearest(
    name: str, account_ids: Sequence[str], profiles: Mapping[str, Profile]
) -> str:
    """Hint at the nearest name or folder, as it is spelled; or list what is known."""
    names = [profile.name for profile in profiles.values()]
    spelled = {
        word: profile_name
        for profile_name in names
        for word in normalised_text(profile_name).split()
    }
    spelled |= {
        normalised_text(profile_name): profile_name for profile_name in names
    } | {id_: id_ for id_ in account_ids}
    close = get_close_matches(normalised_text(name), sorted(spelled), 1, _NEAR)
    if close:
        return f"did you mean '{spelled[close[0]]}'?"
    few = bool(account_ids) and len(account_ids) <= _MOST
    return f"known are {', '.join(_shown(account_ids, profiles))}" if few else ""
