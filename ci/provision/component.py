"""One fetched thing under .deps/: a folder that is complete or absent.

A folder is complete when the stamp inside it names the key of the present pin. The stamp is written
last and by an atomic rename, so a start that was killed at any point leaves a folder without a valid
stamp, and the next start makes that folder anew and keeps all others.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

STAMP = ".complete.json"


def pin_key(*facts):
    """A short name for everything that decides what a folder holds."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def sha256_of(path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_atomically(path, text):
    """Readers see the old text or the new text, also after a power cut."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with open(partial, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, path)


@dataclass
class Component:
    path: str                     # relative to the deps folder; also its name
    what: str
    why: str
    key: str
    build: Callable               # build(folder) -> facts for deps.json, a JSON object
    proof: list = field(default_factory=list)  # files that a complete folder has
    optional: str = ""            # what does not work without it; with this, a failure to make it is no end

    def folder(self, deps):
        return Path(deps) / self.path

    def stamp(self, deps):
        """The facts recorded when it was completed, or None when it has to be made."""
        folder = self.folder(deps)
        try:
            recorded = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(recorded, dict) or recorded.get("key") != self.key:
            return None
        if not all((folder / name).exists() for name in self.proof):
            return None
        return recorded.get("facts")

    def missing_because(self, deps):
        folder = self.folder(deps)
        if not folder.exists():
            return "not there"
        if not (folder / STAMP).exists():
            return "incomplete"
        return "out of date or damaged"

    def make(self, deps):
        folder = self.folder(deps)
        if folder.exists():
            # The stamp goes first: a removal that is interrupted must not look complete.
            (folder / STAMP).unlink(missing_ok=True)
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        facts = self.build(folder)
        write_atomically(folder / STAMP, json.dumps({"key": self.key, "facts": facts}, indent=1))
        return facts
