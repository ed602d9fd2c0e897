"""GitHub: people decide by merging, closing or editing pull requests."""
