"""What was asked cannot be done, in one sentence for the person who asked."""


class RefusalError(Exception):
    """Ends a command with a sentence and an exit code, never with a traceback.

    The sentence says what is wrong and what to do, in lower case, without a
    full stop. Codes: 1 problems found, 2 usage, 3 brake or stale data, 4 stale
    plan or race lost, 5 waits for a person.
    """

    def __init__(self, what: str, hint: str = "", code: int = 2) -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.code = code
