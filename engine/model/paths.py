"""Where the ledger's files are, as paths from the top of the repository.

Names of accounts, invoices, records and entries are those that files can be called.
"""

#: The folder of the ledger.
LEDGER = "ledger"
#: The folder of what imports know of their sources.
SOURCES = f"{LEDGER}/_sources"
#: Which login on GitHub is whose number.
LOGINS = f"{LEDGER}/_github.yaml"


def account_folder(account: str) -> str:
    """Return the folder of an account."""
    return f"{LEDGER}/{account}"


def account_path(account: str) -> str:
    """Return the file that states who a customer is."""
    return f"{LEDGER}/{account}/account.yaml"


def invoices_folder(account: str) -> str:
    """Return the folder of an account's invoices."""
    return f"{LEDGER}/{account}/invoices"


def invoice_path(account: str, invoice: str) -> str:
    """Return the file of an invoice."""
    return f"{LEDGER}/{account}/invoices/{invoice}.yaml"


def records_folder(account: str) -> str:
    """Return the folder of an account's records."""
    return f"{LEDGER}/{account}/records"


def record_path(account: str, record: str) -> str:
    """Return the file of a record."""
    return f"{LEDGER}/{account}/records/{record}.yaml"


def decisions_folder(account: str) -> str:
    """Return the folder of an account's proposals that wait for a decision."""
    return f"{LEDGER}/{account}/decisions"


def decision_path(account: str, decision: str) -> str:
    """Return the file of a proposal."""
    return f"{LEDGER}/{account}/decisions/{decision}.yaml"


def messages_folder(account: str) -> str:
    """Return the folder of the texts that went out to an account."""
    return f"{LEDGER}/{account}/messages"


def message_path(account: str, entry: str) -> str:
    """Return the file with the text of a journal entry's message."""
    return f"{LEDGER}/{account}/messages/{entry}.md"


def journal_path(account: str) -> str:
    """Return the journal of an account."""
    return f"{LEDGER}/{account}/journal.yaml"


def import_state_path(account: str) -> str:
    """Return the file with what imports found that differs from the ledger."""
    return f"{LEDGER}/{account}/import.yaml"


def source_path(source: str) -> str:
    """Return the file with how far a source was imported."""
    return f"{SOURCES}/{source}.yaml"
