"""E-mail addresses as SMTP carries them."""


def mailbox(address: str) -> str:
    """Write an e-mail address as SMTP carries it: in ASCII, the domain by IDNA.

    Raises ValueError, which says why not, where it cannot be.
    """
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise ValueError(f"'{address}' has letters before the @ that SMTP cannot carry")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError(f"'{domain}' is no domain that mail can go to") from None


def unreachable(address: str) -> str | None:
    """Say why no mail reaches an address from the internet, as far as it shows."""
    try:
        domain = mailbox(address).rpartition("@")[2]
    except ValueError as error:
        return str(error)
    if "." not in domain and not domain.startswith("["):
        return f"'{domain}' is no domain that mail can go to"
    return None
