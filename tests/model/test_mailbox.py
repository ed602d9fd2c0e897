"""E-mail addresses as SMTP carries them, and those that no mail reaches."""

import pytest

from goodterms.model.mailbox import mailbox, unreachable

NO_DOMAIN = "is no domain that mail can go to"


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("ap@acme.example", "ap@acme.example"),
        ("ap@b\u00fccher.example", "ap@xn--bcher-kva.example"),
        ("ap@[192.0.2.1]", "ap@[192.0.2.1]"),
    ],
)
def test_a_domain_goes_by_idna(address: str, carried: str) -> None:
    assert mailbox(address) == carried
    assert unreachable(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ap@acme", f"'acme' {NO_DOMAIN}"),
        ("ap@b\u00fccher", f"'xn--bcher-kva' {NO_DOMAIN}"),
        ("ap@acme..example", f"'acme..example' {NO_DOMAIN}"),
        (f"ap@{'a' * 64}.example", f"'{'a' * 64}.example' {NO_DOMAIN}"),
        (
            "b\u00fcro@acme.example",
            "'b\u00fcro@acme.example' has letters before the @ that SMTP cannot carry",
        ),
    ],
)
def test_what_no_mail_reaches_is_told(address: str, why: str) -> None:
    assert unreachable(address) == why
