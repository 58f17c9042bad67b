"""Runs other programs for setup and turns their failures into errors that say what to do."""

import fcntl
import os
import subprocess

from report import SetupError

# What the package clients print for a cause that a person can act on. First match wins, so the
# precise causes stand before the general ones.
CAUSES = [
    (("No space left on device", "not enough free disk space", "don't have enough free space",
      "Disk quota exceeded"),
     "the disk is full: free some space (about 1 GB is needed) and start again"),
    (("DO NOT MATCH THE HASHES", "Hash Sum mismatch", "hash mismatch"),
     "what was downloaded is not what the pin or the signed index names: it was damaged on the way or "
     "changed at the source. It was not used. Start again; if it stays, compare the hash with ci/pins.toml"),
    (("NO_PUBKEY", "is not signed", "couldn't be verified", "EXPKEYSIG", "Signed-By"),
     "the archive's signature cannot be checked with the installed keyring: "
     "upgrade the package debian-archive-keyring"),
    (("Temporary failure resolving", "Could not resolve", "Could not connect", "Unable to connect",
      "Connection failed", "Connection refused", "Connection timed out", "Network is unreachable",
      "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError",
      "Max retries exceeded", "Failed to establish a new connection", "Failed to fetch"),
     "the network or the package mirror did not answer: check the connection (and proxy settings of apt "
     "and pip), then start again; what is already fetched is kept"),
    (("is not valid yet", "Release file for", "certificate is not yet valid", "certificate has expired"),
     "a signature's dates do not fit this machine's clock: set the clock, then start again"),
    (("Unable to find a source package", "Unable to locate package", "was not found"),
     "the archive no longer has the pinned version: ci/pins.toml needs a newer pin"),
    (("Permission denied",),
     "this user may not write there: change the owner of the folder or remove it, then start again"),
    (("Could not get lock", "Unable to acquire the dpkg frontend lock"),
     "another package client is running: wait for it to end, then start again"),
]


def explain(output):
    for needles, meaning in CAUSES:
        if any(needle in output for needle in needles):
            return meaning
    return None


def tail(output, lines=15):
    kept = [line for line in output.splitlines() if line.strip()]
    return "\n".join("    " + line for line in kept[-lines:])


def environment(extra=None):
    """The caller's environment, in a language whose messages `explain` can read."""
    merged = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", **(extra or {})}
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        merged.pop(name, None)
    return merged


def lock_descriptor():
    """The lock that ci/setup holds on descriptor 9, to be passed on; nothing when it holds none.

    With it, a child that outlives a killed set-up keeps the next one waiting instead of writing into
    what that one makes.
    """
    try:
        fcntl.fcntl(9, fcntl.F_GETFD)
    except OSError:
        return ()
    return (9,)


def run(argv, purpose, cwd=None, extra_env=None, timeout_s=1800):
    """Runs `argv` without input and returns what it printed on stdout.

    A failure is a SetupError that names the purpose, the likely cause and the last lines printed.
    """
    argv = [str(part) for part in argv]
    try:
        done = subprocess.run(argv, cwd=cwd, env=environment(extra_env), stdin=subprocess.DEVNULL,
                              pass_fds=lock_descriptor(), capture_output=True, text=True, errors="replace", timeout=timeout_s)
    except FileNotFoundError:
        raise SetupError(f"{purpose}: the program {argv[0]} is not there. "
                         "Start ci/setup to install what is missing.") from None
    except subprocess.TimeoutExpired:
        raise SetupError(f"{purpose}: {argv[0]} did not finish within {timeout_s} s. "
                         "Check the network, then start again.") from None
    if done.returncode != 0:
        output = done.stdout + "\n" + done.stderr
        cause = explain(output)
        raise SetupError(f"{purpose} failed" + (f": {cause}." if cause else ".") +
                         f"\n  {' '.join(argv[:2])} ... ended with status {done.returncode} and said:\n" +
                         tail(output))
    return done.stdout
