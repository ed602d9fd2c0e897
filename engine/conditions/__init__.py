"""The ``when`` of policies: expressions that only compare and calculate."""
