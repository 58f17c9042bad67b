"""What setup tells a person: errors with a remedy, and progress lines."""

import sys


class SetupError(Exception):
    """Setup cannot go on. The text says what was found, what was expected and what to do."""


class UntrustedError(SetupError):
    """What arrived is not what a pin or the archive's signature names: no part goes on without it."""


def say(text=""):
    print(text, flush=True)


class Progress:
    """Numbered steps: `[3/9] what: why`."""

    def __init__(self, total):
        self.total = total
        self.done = 0

    def step(self, what, why):
        self.done += 1
        say(f"[{self.done}/{self.total}] {what}: {why}")


def warn(text):
    print(f"setup: warning: {text}", file=sys.stderr, flush=True)
