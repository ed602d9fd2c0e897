"""Text to values: read the files of a repository, strictly, and say what is wrong.

Building a value is the check: a builder accepts what the schema of its file
accepts, and nothing else. A file that is refused is read again, with places,
and every problem in it is explained.
"""

from engine.load.account import load_account
from engine.load.account_checks import check_account
from engine.load.book import load_book
from engine.load.decision import load_decision
from engine.load.invoice import load_invoice
from engine.load.journal import load_journal
from engine.load.jurisdiction import load_jurisdiction
from engine.load.names import names_in_account
from engine.load.policy import load_policy
from engine.load.profile import load_profile
from engine.load.reading import Problems
from engine.load.record import load_record
from engine.load.settings import load_settings
from engine.load.sources import Source, load_source

__all__ = [
    "Problems",
    "Source",
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
