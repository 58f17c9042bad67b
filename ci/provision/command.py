"""Runs other programs for setup and turns their failures into errors that say what to do."""

import fcntl
import os
import shutil
import signal
import subprocess
import time

from report import SetupError, UntrustedError

DAMAGED = ("what was downloaded is not what the pin or the signed index names: it was damaged on the way or "
           "changed at the source. It was not used. Start again; if it stays, compare the hash with ci/pins.toml")
UNSIGNED = ("the archive's signature cannot be checked with the installed keyring: "
            "upgrade the package debian-archive-keyring")
UNTRUSTED = (DAMAGED, UNSIGNED)
FULL = "the disk is full: free some space (about 1 GB is needed) and start again"

# What the package clients print for a cause that a person can act on. First match wins, so the
# precise causes stand before the general ones.
CAUSES = [
    (("No space left on device", "not enough free disk space", "don't have enough free space",
      "Disk quota exceeded"),
     FULL),
    (("DO NOT MATCH THE HASHES", "Hash Sum mismatch", "hash mismatch"),
     DAMAGED),
    (("NO_PUBKEY", "is not signed", "couldn't be verified", "EXPKEYSIG", "Signed-By"),
     UNSIGNED),
    (("404  Not Found",),
     "the mirror lists a file that it does not hold: it is in the middle of an update, or the file is gone for good. "
     "Start again later; what is already fetched is kept"),
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


# Less free space than this is a full disk.
SPARE_BYTES = 4 * 1024 * 1024


def is_full(folder):
    return folder is not None and shutil.disk_usage(folder).free < SPARE_BYTES


def explain(output):
    for needles, meaning in CAUSES:
        if any(needle in output for needle in needles):
            return meaning
    return None


def is_untrusted(output):
    """Was it refused for what it is, not for how it came?"""
    return any(needle in output for needles, meaning in CAUSES if meaning in UNTRUSTED for needle in needles)


def tail(output, lines=15):
    kept = [line for line in output.splitlines() if line.strip()]
    return "\n".join("    " + line for line in kept[-lines:])


def environment():
    """The caller's environment, in a language whose messages `explain` can read."""
    merged = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
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


def size_below(folder):
    """Bytes and entries below a folder: what changes while a download makes progress."""
    total = 0
    for where, _, names in os.walk(folder):
        total += 1 + len(names)
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_size
            except OSError:
                pass  # renamed meanwhile: the next look sees it under its new name
    return total


def finish(child, argv, purpose, watch, stall_s, timeout_s):
    """Waits for `child` and returns its output; ends it when time, progress or disk run out.

    Disk and progress are watched because apt, when it cannot write its lists, waits for ever instead
    of failing.
    """
    started = progressed = time.monotonic()
    seen = None
    while True:
        try:
            return child.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            pass
        now = time.monotonic()
        if is_full(watch):
            raise SetupError(f"{purpose} failed: {FULL}.")
        if stall_s and (size := size_below(watch)) != seen:
            seen, progressed = size, now
        if stall_s and now - progressed > stall_s:
            free = shutil.disk_usage(watch).free // 2**20
            raise SetupError(f"{purpose}: nothing has arrived for {stall_s} s, so {argv[0]} was ended. Check the network "
                             f"and the disk ({free} MB are free), then start again; what is already fetched is kept.")
        if now - started > timeout_s:
            raise SetupError(f"{purpose}: {argv[0]} did not finish within {timeout_s} s. "
                             "Check the network, then start again.")


def end_group(child):
    """Ends the child with everything it started, also when it is already gone itself."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run(argv, purpose, cwd=None, watch=None, stall_s=None, timeout_s=1800):
    """Runs `argv` without input and returns what it printed on stdout.

    `watch` names the folder that the command fills; with `stall_s` it has to change that often. A failure is a SetupError that names the
    purpose, the likely cause and the last lines printed.
    """
    argv = [str(part) for part in argv]
    try:
        child = subprocess.Popen(argv, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, process_group=0,
                                 pass_fds=lock_descriptor(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, errors="replace")
    except FileNotFoundError:
        raise SetupError(f"{purpose}: the program {argv[0]} is not there. "
                         "Start ci/setup to install what is missing.") from None
    with child:
        try:
            stdout, stderr = finish(child, argv, purpose, watch, stall_s, timeout_s)
        finally:
            end_group(child)
    if child.returncode != 0:
        output = stdout + "\n" + stderr
        cause = FULL if is_full(watch) else explain(output)
        kind = UntrustedError if cause != FULL and is_untrusted(output) else SetupError
        raise kind(f"{purpose} failed" + (f": {cause}." if cause else ".") +
                         f"\n  {' '.join(argv[:2])} ... ended with status {child.returncode} and said:\n" +
                         tail(output))
    return stdout
