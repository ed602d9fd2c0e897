"""What is known about an account on a day; nothing is decided here."""
