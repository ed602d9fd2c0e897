"""The page of a proposal, section by section."""
