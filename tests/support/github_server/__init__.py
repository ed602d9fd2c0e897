"""A small GitHub of our own, on real git, for tests.

`forge.Forge` is the whole of it: a bare repository, git over HTTP, the part of
the REST API that the engine uses, people who act, and faults on demand. Tests
take the fixture `github`; `python -m tests.support.github_server` runs it by hand.
"""
