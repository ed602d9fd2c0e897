"""A made-up firm's receivables, played day by day in a repository of their own."""

from goodterms.demo.play import DemoPlay, prepare, stage
from goodterms.demo.result import DemoResult, played

__all__ = ["DemoPlay", "DemoResult", "played", "prepare", "stage"]
