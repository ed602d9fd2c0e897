"""Whether money can arrive: the creditor's own bank account."""

from engine.load.reading import Problems
from engine.problem import Place, Problem
from engine.settings import Creditor


def check_bank(creditor: Creditor, file: str) -> Problems:
    """Say whether the IBAN has the form of its country, beside its check digits."""
    if creditor.iban is None:
        return ()
    from stdnum import iban  # noqa: PLC0415 - slow to load, and rarely needed

    if iban.is_valid(creditor.iban):
        return ()
    what = f"IBAN '{creditor.iban}' does not have the form of its country"
    hint = "copy it from a bank statement"
    return (Problem(Place(file), what, hint, rule="iban"),)
