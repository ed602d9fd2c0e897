"""Text to values: read the files of a repository, strictly, and say what is wrong.

Building a value is the check: a builder accepts what the schema of its file
accepts, and nothing else. A file that is refused is read again, with places,
and every problem in it is explained.
"""

from goodterms.load.account import load_account
from goodterms.load.account_checks import check_account
from goodterms.load.import_state import SourceState, load_source
from goodterms.load.invoice import load_invoice
from goodterms.load.journal import load_decision, load_journal
from goodterms.load.jurisdiction import load_jurisdiction
from goodterms.load.load_file import Problems
from goodterms.load.policy import load_policy
from goodterms.load.policy_book import load_book
from goodterms.load.profile import load_profile
from goodterms.load.record import load_record
from goodterms.load.settings import load_settings
from goodterms.load.unresolved_names import names_in_account

__all__ = [
    "Problems",
    "SourceState",
    "check_account",
    "load_account",
    "load_book",
    "load_decision",
    "load_invoice",
    "load_journal",
    "load_jurisdiction",
    "load_policy",
    "load_profile",
    "load_record",
    "load_settings",
    "load_source",
    "names_in_account",
]
