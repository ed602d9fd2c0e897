"""The shipped workflows, run on this machine by act, against the test server.

``checkout`` and ``setup-python`` stand in for the two actions of others; all
else is what a repository on GitHub runs.
"""
