"""Bring in facts from other systems: importers yield arrivals, one way files them."""
