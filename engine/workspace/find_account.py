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


def find_account(workspace: Workspace, told: str) -> AccountMatch:
    """Return the one account that is meant by what was *told*.

    That is the account of that folder; else the one of that name, or that another
    system calls so; else the only one that has it as a part of its name or folder.
    Capitals make no difference. Raises RefusalError with the candidates where it may
    be several, and with the nearest name where it is none.
    """
    known = workspace.account_ids()
    if told in known:
        profile = workspace.profile(told)
        return AccountMatch(told, profile.name if profile else "")
    profiles = workspace.profiles()
    for found in (_called(profiles, known, told), _containing(profiles, known, told)):
        if len(found) == 1:
            name = profiles[found[0]].name if found[0] in profiles else ""
            return AccountMatch(found[0], name)
        if found:
            listed = _listed(found, profiles)
            raise RefusalError(f"'{told}' may be {listed}", "say more of it")
    hint = _nearest(told, known, profiles)
    raise RefusalError(f"no account '{told}'", hint or "see the folders of ledger/")


def account_named(workspace: Workspace, told: str) -> str | None:
    """Return the only account of that name, None where there is none or several."""
    wanted = normalised_text(told)
    found = [
        id_
        for id_, profile in workspace.profiles().items()
        if normalised_text(profile.name) == wanted
    ]
    return found[0] if len(found) == 1 else None


def _called(
    profiles: Mapping[str, Profile], known: Iterable[str], told: str
) -> list[str]:
    """List the accounts whose folder, name or key in another system it is."""
    wanted = normalised_text(told)
    return [id_ for id_ in known if wanted in _names(id_, profiles.get(id_))]


def _names(id_: str, profile: Profile | None) -> set[str]:
    if profile is None:
        return {id_}
    keys = (key for keys in profile.keys.values() for key in keys)
    return {id_, normalised_text(profile.name), *map(normalised_text, keys)}


def _containing(
    profiles: Mapping[str, Profile], known: Iterable[str], told: str
) -> list[str]:
    """List the accounts of whose name or folder it is a part."""
    wanted = normalised_text(told)
    if not wanted:
        return []
    return [
        id_
        for id_ in known
        if wanted in id_
        or (id_ in profiles and wanted in normalised_text(profiles[id_].name))
    ]


def _listed(found: list[str], profiles: Mapping[str, Profile]) -> str:
    told = _shown(found[:_MOST], profiles)
    more = len(found) - _MOST
    if more > 0:
        return f"{', '.join(told)} or one of {more} more"
    return f"{', '.join(told[:-1])} or {told[-1]}"


def _shown(ids: Iterable[str], profiles: Mapping[str, Profile]) -> list[str]:
    return [f"{profiles[i].name} ({i})" if i in profiles else i for i in ids]


def _nearest(told: str, known: Sequence[str], profiles: Mapping[str, Profile]) -> str:
    """Hint at the nearest name or folder, as it is spelled; or list what is known."""
    names = [profile.name for profile in profiles.values()]
    spelled = {word: name for name in names for word in normalised_text(name).split()}
    spelled |= {normalised_text(name): name for name in names} | {
        id_: id_ for id_ in known
    }
    close = get_close_matches(normalised_text(told), sorted(spelled), 1, _NEAR)
    if close:
        return f"did you mean '{spelled[close[0]]}'?"
    few = bool(known) and len(known) <= _MOST
    return f"known are {', '.join(_shown(known, profiles))}" if few else ""
