"""The first account.yaml of a customer that an import brings in."""

from collections.abc import Mapping

from goodterms.importers.ledger_files import LedgerFiles
from goodterms.model.identity import normalised_text
from goodterms.yaml.canonical_writer import document

#: Where the schema lies: beside a user's own files, or in the engine's repository.
_SCHEMAS = ("schemas", "engine/schemas")


def profile_text(files: LedgerFiles, profile: Mapping[str, object]) -> str:
    """Write an account.yaml; editors are told of its schema, where that is there."""
    for folder in _SCHEMAS:
        path = f"{folder}/account.schema.json"
        if files.read(path) is not None:
            line = f"# yaml-language-server: $schema=../../{path}\n"
            return line + document(profile)
    return document(profile)


def with_contacts(
    profile: Mapping[str, object], further: Mapping[str, object]
) -> Mapping[str, object]:
    """Add whom a further row names, if that is somebody at another address."""
    listed = _contacts(profile)
    addresses = {_address(contact) for contact in listed}
    new = [
        contact for contact in _contacts(further) if _address(contact) not in addresses
    ]
    new = [contact for contact in new if _address(contact)]
    return {**profile, "contacts": [*listed, *new]} if new else profile


def _contacts(profile: Mapping[str, object]) -> list[Mapping[str, object]]:
    listed = profile.get("contacts")
    return list(listed) if isinstance(listed, list) else []


def _address(contact: Mapping[str, object]) -> str:
    """Return how a contact is told from another: by e-mail, else by telephone."""
    return normalised_text(str(contact.get("email") or contact.get("phone") or ""))
