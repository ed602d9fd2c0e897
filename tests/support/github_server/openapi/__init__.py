"""The part of GitHub's OpenAPI description that the server answers to."""
