"""Proposals as plain branches: people decide with ``goodterms approve``."""
