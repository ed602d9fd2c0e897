"""What people have told that the ledger does not say yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unheard:
    """Whom it may be about: accounts with the reason, or ``everybody`` for one."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    everybody: str = ""

    def about(self, account: str) -> str:
        """Say why an account has to wait, "" where it has not."""
        return self.accounts.get(account, "") or self.everybody
