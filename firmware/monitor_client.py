"""A second, independent client of docs/monitor.md: boots a machine from its file in qemu-configs/ and talks to it.

Used by check.py only; the harness has its own. Every wait is bounded and no emulator outlives its Machine.
"""

import os
import re
import selectors
import signal
import subprocess
import time
import tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ATTENTION = b"\x1eMPY\x1e"
LAST = {"hello", "image", "end", "fault", "error", "ack", "status"}


class Trouble(Exception):
    """The machine did not do what the protocol says."""


def varuint(n):
    groups = [n & 0x7F]
    while n := n >> 7:
        groups.append(0x80 | n & 0x7F)
    return bytes(reversed(groups))


def record(kind, payload):
    return varuint(kind) + varuint(len(payload)) + payload


def romfs(tree):
    """A ROMFS image of nested dictionaries; files are bytes."""

    def folder(entries):
        out = b""
        for name, value in sorted(entries.items()):
            head = varuint(len(name.encode())) + name.encode()
            if isinstance(value, dict):
                out += record(4, head + folder(value))
            else:
                out += record(5, head + record(2, value))
        return out

    payload = folder(tree)
    length = varuint(len(payload))
    if (3 + len(length) + len(payload)) % 2:
        length = b"\x80" + length
    return b"\xd2\xcd\x31" + length + payload


def encode(value):
    return "".join(c if "\x21" <= c <= "\x7e" and c != "%" else "%%%02X" % ord(c) for c in value)


def parse_record(payload):
    """The keys of a record in order, with their values; repeated keys stay apart."""
    pairs = []
    for line in payload.decode("ascii").splitlines():
        key, _, value = line.partition("=")
        pairs.append((key, re.sub("%(..)", lambda m: chr(int(m[1], 16)), value)))
    return pairs


def machine_file(name):
    with open(os.path.join(ROOT, "qemu-configs", name + ".toml"), "rb") as f:
        return tomllib.load(f)


class Frame:
    def __init__(self, tag, seq, kind, payload):
        self.tag, self.seq, self.kind, self.payload = tag, seq, kind, payload

    def fields(self):
        return dict(parse_record(self.payload))


class Stream:
    """Takes frames off the front of what has arrived."""

    HEADER = re.compile(rb"\x1eMPY ([0-9a-f]{8,32}|-) ([0-9]+) ([a-z]+) ([0-9]+)\n")

    def __init__(self):
        self.data = b""

    def take(self):
        """The next frame, or None when it is not complete yet."""
        match = self.HEADER.match(self.data)
        if match is None:
            if len(self.data) >= 96 or (b"\n" in self.data[:96]) or self.data[:1] not in (b"", b"\x1e"):
                raise Trouble("not a frame: %r" % self.data[:200])
            return None
        end = match.end() + int(match[4])
        if len(self.data) <= end:
            return None
        if self.data[end : end + 1] != b"\n":
            raise Trouble("a frame does not end with a line feed: %r" % self.data[: end + 1][-100:])
        payload = self.data[match.end() : end]
        self.data = self.data[end + 1 :]
        return Frame(match[1].decode(), int(match[2]), match[3].decode(), payload)


class Machine:
    def __init__(self, name, elf, image_path=None, extra=()):
        config = machine_file(name)
        self.command = [config["qemu"], *config["arguments"], *config["console"], *extra]
        self.command += ["-display", "none", "-monitor", "none", "-no-reboot", "-kernel", elf]
        if image_path is not None:
            self.command += ["-device", "loader,file=%s,addr=%#x,force-raw=on" % (image_path, config["window"])]
        start = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=0, start_new_session=True,
            env=dict(os.environ, **dict(item.split("=", 1) for item in config.get("environment", []))),
        )  # fmt: skip
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.stream = Stream()
        self.sent = []
        self.counter = 0
        try:
            self.wait_for(b">>> ", 60)
        except Exception:
            self.close()
            raise
        self.boot_seconds = time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.selector.close()
        self.process.stdin.close()
        self.process.stdout.close()

    def fill(self, limit):
        """Waits for more bytes until the moment `limit`."""
        if not self.selector.select(max(0, limit - time.monotonic())):
            raise Trouble("nothing more within the time limit after %r" % self.stream.data[-200:])
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            raise Trouble("the emulator ended with status %r" % self.process.wait())
        self.stream.data += data

    def wait_for(self, text, seconds):
        """Skips to the end of `text`, returns all that was skipped."""
        limit = time.monotonic() + seconds
        while text not in self.stream.data:
            self.fill(limit)
        end = self.stream.data.index(text) + len(text)
        skipped, self.stream.data = self.stream.data[:end], self.stream.data[end:]
        return skipped

    def write(self, data):
        self.process.stdin.write(data)

    def new_tag(self):
        self.counter += 1
        return "%016x" % (self.counter * 0x9E3779B97F4A7C15 % (1 << 64))

    def send(self, verb, **arguments):
        tag = self.new_tag()
        words = [verb, "tag=" + tag] + ["%s=%s" % (key, encode(str(value))) for key, value in arguments.items()]
        self.write((" ".join(words) + "\n").encode())
        return tag

    def frame(self, seconds=30):
        limit = time.monotonic() + seconds
        while (frame := self.stream.take()) is None:
            self.fill(limit)
        return frame

    def answer(self, tag, seconds=30):
        """All frames of a command, checked for tag and sequence."""
        frames = []
        while not frames or frames[-1].kind not in LAST:
            frame = self.frame(seconds)
            if frame.tag != tag or frame.seq not in (len(frames), 999999):
                raise Trouble("frame %s %d %s where %s %d was due" % (frame.tag, frame.seq, frame.kind, tag, len(frames)))
            frames.append(frame)
        last = frames[-1]
        if last.kind == "end":
            out = sum(len(frame.payload) for frame in frames if frame.kind == "out")
            if out != int(last.fields()["out_bytes"]):
                raise Trouble("%d bytes of output came, the end says %s" % (out, last.fields()["out_bytes"]))
        return frames

    def call(self, verb, seconds=30, **arguments):
        return self.answer(self.send(verb, **arguments), seconds)

    def attention(self):
        """Returns what belonged to earlier states, as frames, and the reply of hello."""
        self.write(ATTENTION)
        tag = self.send("hello")
        skipped = []
        while True:
            frame = self.frame()
            if frame.tag == tag:
                return skipped, frame
            skipped.append(frame)

    def enter_monitor(self):
        """From the REPL's prompt."""
        self.write(ATTENTION)
        tag = self.send("hello")
        head = b"\x1eMPY " + tag.encode()
        self.wait_for(head, 30)
        self.stream.data = head + self.stream.data
        return self.answer(tag)[-1].fields()
