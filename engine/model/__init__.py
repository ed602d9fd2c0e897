"""The nouns: the ledger, its records and journal, policies, plans, money and dates."""
