"""A made-up firm's receivables, played day by day in a repository of their own."""

from engine.demo.play import Play, prepare, stage
from engine.demo.result import Played, played

__all__ = ["Play", "Played", "played", "prepare", "stage"]
