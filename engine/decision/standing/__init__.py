"""Which step an invoice takes next, and everything that stops it."""
