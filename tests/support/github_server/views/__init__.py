"""How the server's values look as GitHub's JSON."""
