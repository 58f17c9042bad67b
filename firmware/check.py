#!/usr/bin/env python3
"""Checks real machines: the machine contract's self-tests, the sessions in fixtures/monitor/, hostile programs, the REPL.

    firmware/check.py mps2-an385=path/to/firmware.elf [pc-i386=...]
    firmware/check.py --record mps2-an385=path/to/firmware.elf     (writes fixtures/monitor/*.transcript anew)

Exit status: 0 all is well, 1 something is not.
"""

import os
import sys
import tempfile
import time

from monitor_client import ATTENTION, ROOT, Machine, Stream, Trouble, parse_record, romfs

FIXTURES = os.path.join(ROOT, "fixtures", "monitor")
IMAGE_ID = "0123456789abcdef"

# What the host does in each session. A step is a command with its arguments; "attention" after the frame before has come.
SESSIONS = {
    "runs": [
        ("run", {"path": "/hello.py"}),
        ("run", {"path": "/answer.mpy"}),
        ("run", {"path": "/answer.mpy", "load": "rom"}),
        ("run", {"path": "/hello.py", "heap": 65536, "image": IMAGE_ID}),
        ("run", {"path": "/data.py", "modpath": "/lib:/other", "argv": "/data.py one two"}),
        ("run", {"path": "/sleep.py"}),
        ("status", {}),
    ],
    "endings": [
        ("run", {"path": "/raise.py"}),
        ("run", {"path": "/exit-none.py"}),
        ("run", {"path": "/exit-3.py"}),
        ("run", {"path": "/exit-text.py"}),
        ("run", {"path": "/memory.py"}),
        ("run", {"path": "/bad-syntax.py"}),
        ("run", {"path": "/truncated.mpy"}),
        ("run", {"path": "/not-there.mpy"}),
    ],
    "refusals": [
        ("run", {"path": "relative.py"}),
        ("run", {"path": "/hello.py", "emit": "wasm"}),
        ("run", {"path": "/hello.py", "heap": 100}),
        ("run", {"path": "/hello.py", "image": "another"}),
        ("run", {"path": "/hello.py", "colour": "red"}),
        ("dance", {}),
        ("image", {"id": "another"}),
        ("list", {"path": "/not-there"}),
        ("exit", {"status": 200}),
        ("selftest", {"name": "not-there"}),
    ],
    "faults": [
        ("run", {"path": "/null.py"}),
        ("selftest", {"name": "undefined"}),
        ("selftest", {"name": "stack-overflow"}),
        ("run", {"path": "/hello.py"}),
        ("status", {}),
    ],
    "native": [
        ("run", {"path": "/hello.py", "emit": "native"}),
        ("run", {"path": "/hello.py", "emit": "viper"}),
    ],
    "undefined": [
        ("selftest", {"name": "undefined"}),
        ("run", {"path": "/hello.py"}),
        ("status", {}),
    ],
    "attention": [
        ("run", {"path": "/loop.py"}),
        ("attention", {}),
        ("run", {"path": "/hello.py"}),
    ],
    "others": [
        ("image", {"id": IMAGE_ID}),
        ("list", {"path": "/lib"}),
        ("list", {"path": "/data.txt"}),
        ("reset", {}),
        ("run", {"path": "/imitate.py"}),
        ("run", {"path": "/stdin.py"}),
    ],
}

# Guards and emitters without which a session cannot come out as recorded.
NEEDED = {"faults": {"null", "stack", "viper"}, "native": {"native", "viper"}}


def programs():
    tree = {".image-id": IMAGE_ID.encode()}
    folder = os.path.join(FIXTURES, "programs")
    for where, _, files in os.walk(folder):
        at = tree
        for part in os.path.relpath(where, folder).split(os.sep):
            at = at.setdefault(part, {}) if part != "." else at
        for name in files:
            with open(os.path.join(where, name), "rb") as f:
                at[name] = f.read()
    return tree


def escape(data):
    special = {0x0A: "\\n", 0x0D: "\\r", 0x5C: "\\\\"}
    return "".join(special.get(c) or (chr(c) if 0x20 <= c <= 0x7E else "\\x%02x" % c) for c in data)


def unescape(text):
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def read_transcript(path):
    """The stream of the machine in a transcript, as frames."""
    stream = Stream()
    with open(path) as f:
        for line in f:
            if line.startswith("< "):
                stream.data += unescape(line[2:-1])
    frames = []
    while stream.data:
        frame = stream.take()
        if frame is None:
            raise Trouble("%s ends inside a frame" % path)
        frames.append(frame)
    return frames


def play(machine, steps, log):
    """Does what the host does in a session; gives all frames. `log` gets (direction, bytes)."""
    frames = []
    write = machine.write
    machine.write = lambda data: (log.append((">", data)), write(data))
    machine.counter = 0
    for verb, arguments in steps:
        if verb == "attention":
            time.sleep(0.3)
            skipped, hello = machine.attention()
            new = skipped + [hello]
        else:
            tag = machine.send(verb, **arguments)
            if arguments.get("path") == "/loop.py":
                new = [machine.frame(), machine.frame()]
            elif verb == "list":
                new = []
                while not new or new[-1].kind == "list":
                    new.append(machine.frame())
            else:
                new = machine.answer(tag)
        for frame in new:
            head = "\x1eMPY %s %d %s %d\n" % (frame.tag, frame.seq, frame.kind, len(frame.payload))
            log.append(("<", head.encode() + frame.payload + b"\n"))
        frames += new
    machine.write = write
    return frames


def outline(frame):
    """What of a frame is the same in each session and on each machine."""
    if frame.kind in ("out", "exc", "list"):
        return frame.tag, frame.seq, frame.kind, frame.payload
    fixed = ("status", "stage", "exit", "exit_text", "type", "message", "out_bytes", "path", "mode", "reason")
    keys = []
    for key, value in parse_record(frame.payload):
        if key.startswith(("reg.", "cpu.", "code@", "stack@", "blk", "padded")) or key in ("pc", "sp", "address", "block", "offset", "where"):
            continue  # a CPU has these or has them not
        keys.append((key, value if key in fixed or (key == "kind") else ""))
    return frame.tag, frame.seq, frame.kind, keys


class Checks:
    def __init__(self, name, elf, image):
        self.name, self.elf, self.image = name, elf, image
        self.bad = 0
        self.count = 0

    def machine(self):
        return Machine(self.name, self.elf, self.image)

    def check(self, what, good, detail=""):
        self.count += 1
        if not good:
            self.bad += 1
            print("%s: %s: %s" % (self.name, what, detail or "no"))

    def selftests(self):
        with self.machine() as machine:
            hello = machine.enter_monitor()
            self.check("hello names the machine", hello["machine"] == self.name, hello["machine"])
            self.check("hello sees the image", hello.get("image_id") == IMAGE_ID, hello.get("image_id"))
            listed = machine.call("selftest", name="list")
            names = b"".join(frame.payload for frame in listed if frame.kind == "out").decode().split("\n")[:-1]
            self.check("there are self-tests", len(names) > 20, str(len(names)))
            # Twice: nothing of the first pass is left for the second. The last test ends the emulator.
            endings = [line.split() for line in names]
            endings = [item for item in endings if item[1] != "unguarded"]
            last = [item for item in endings if item[1] == "double"]
            rest = [item for item in endings if item[1] != "double"]
            for name, ending in rest + rest + last:
                self.selftest(machine, name, ending)

    def selftest(self, machine, name, ending):
        tag = machine.send("selftest", name=name)
        if ending == "attention":
            time.sleep(0.1)
            skipped, _ = machine.attention()
            found = skipped[-1].fields().get("kind") if skipped else None
            ending = "break"
        else:
            last = machine.answer(tag)[-1].fields()
            found = last.get("kind") or last["status"]
            if found == "exception":
                found = last["message"]
        self.check("self-test %s" % name, found == ending, "expected %s, found %s" % (ending, found))

    def sessions(self):
        for session, steps in SESSIONS.items():
            path = os.path.join(FIXTURES, session + ".transcript")
            expected = [outline(frame) for frame in read_transcript(path)]
            with self.machine() as machine:
                hello = machine.enter_monitor()
                if not NEEDED.get(session, set()) <= set((hello["guards"] + "," + hello["emitters"]).split(",")):
                    continue
                found = [outline(frame) for frame in play(machine, steps, [])]
            for number, (a, b) in enumerate(zip(expected, found)):
                self.check("session %s, frame %d" % (session, number), a == b, "\n  recorded %r\n  found    %r" % (a, b))
            self.check("session %s has all its frames" % session, len(expected) == len(found))

    def pipelining(self):
        """Many commands sent ahead: each is answered, in order."""
        with self.machine() as machine:
            window = int(machine.enter_monitor()["rx_window"])
            tags, sent = [], 0
            while sent < window - 100:
                tags.append(machine.send("run", path="/exit-3.py"))
                sent += len("run tag= path=/exit-3.py\n") + 16
            for tag in tags:
                self.check("a command sent ahead", machine.answer(tag)[-1].fields().get("exit") == "3")
            status = machine.call("status")[-1].fields()
            self.check("nothing was dropped", status["rx_dropped"] == "0", status["rx_dropped"])

    def scripts(self):
        """Commands from behind the image: in order, over faults, until attention; then the console's."""
        tags = ["%016x" % (0xABC0 + i) for i in range(5)]
        paths = ["/exit-3.py", "/hello.py", "/loop.py", "/hello.py", "/exit-3.py"]
        lines = ["run tag=%s path=%s\n" % pair for pair in zip(tags, paths)]
        with open(self.image, "rb") as f:
            octets = f.read() + b"\x1eMPY script\n" + "".join(lines).encode() + b"\0"
        path = self.image + ".script"
        with open(path, "wb") as f:
            f.write(octets)
        with Machine(self.name, self.elf, path) as machine:
            self.check("hello sees the script", machine.enter_monitor().get("script") == "yes")
            self.check("a script begins", machine.call("script")[-1].kind == "ack")
            for tag, ending in zip(tags, ("exit", "ok")):
                self.check("a run of the script", machine.answer(tag)[-1].fields().get("status") == ending)
            while machine.frame().kind != "loaded":
                pass
            machine.write(ATTENTION)
            while (frame := machine.frame()).kind == "out":
                pass
            self.check("attention breaks a run of the script", frame.fields().get("kind") == "break", frame.kind)
            end = machine.call("run", path="/hello.py")[-1].fields()
            self.check("attention ends the script", end.get("status") == "ok", str(end))
            for wrong in (1, len("".join(lines)), 10**9):
                self.check("no line begins there", machine.call("script", **{"from": wrong})[-1].kind == "error")
            self.check("a script goes on", machine.call("script", **{"from": len("".join(lines[:3]))})[-1].kind == "ack")
            for tag in tags[3:]:
                machine.answer(tag)
            self.check("the console rules after the script", machine.call("status")[-1].kind == "status")
        with self.machine() as machine:
            machine.enter_monitor()
            self.check("there is no script", machine.call("script")[-1].fields().get("reason") == "image")

    def repl(self):
        with self.machine() as machine:
            machine.write(b"print(6 * 7)\r")
            self.check("friendly REPL", machine.wait_for(b">>> ", 30).endswith(b"\r\n42\r\n>>> "))
            machine.write(b"while True: pass\r\r")
            machine.wait_for(b"... ", 30)
            time.sleep(0.3)
            machine.write(b"\x03")
            self.check("Ctrl-C", b"KeyboardInterrupt" in machine.wait_for(b">>> ", 30))
            machine.write(b"import vfs, sys; print(sys.path)\r")
            self.check("image at /rom", b"/rom/lib" in machine.wait_for(b">>> ", 30))
            machine.write(b"x = 1\r\x04")
            machine.wait_for(b"soft reboot", 30)
            machine.wait_for(b">>> ", 30)
            machine.write(b"\r\x01")
            machine.wait_for(b"raw REPL; CTRL-B to exit\r\n>", 30)
            machine.write(b"print('raw')\nx\x04")
            reply = machine.wait_for(b"\x04>", 30)
            self.check("raw REPL", reply.startswith(b"OKraw\r\n\x04Traceback"), repr(reply))
            self.check("soft reset forgets", b"NameError" in reply)
            machine.write(b"\x05A\x01")
            window = machine.wait_for(b"R\x01", 30) and machine.wait_for(b"\x01", 30)
            machine.write(b"print('pasted')\n\x04")
            reply = machine.wait_for(b"\x04>", 30)
            self.check("raw paste", b"pasted\r\n" in reply and len(window) == 3, repr((window, reply)))
            hello = machine.enter_monitor()
            self.check("from the raw REPL to the monitor", hello["boots"] == "2", hello["boots"])
            machine.call("repl")
            machine.wait_for(b">>> ", 30)
            if "null" in hello["guards"].split(","):
                machine.write(b"import machine; machine.mem32[0]\r")
                self.check("a fault in the REPL", b"machine fault: null-access" in machine.wait_for(b">>> ", 30))

    def exits(self):
        for status, expected in ((0, (0,)), (3, (3, 7))):
            with self.machine() as machine:
                machine.enter_monitor()
                machine.call("exit", status=status)
                self.check("exit %d" % status, machine.process.wait(timeout=30) in expected)

    def run(self):
        for part in (self.selftests, self.sessions, self.pipelining, self.scripts, self.repl, self.exits):
            try:
                part()
            except Trouble as trouble:
                self.check(part.__name__, False, str(trouble))
        print("%s: %d checks, %d bad" % (self.name, self.count, self.bad))
        return self.bad


def record(name, elf, image):
    for session, steps in SESSIONS.items():
        log = []
        with Machine(name, elf, image) as machine:
            machine.enter_monitor()
            play(machine, steps, log)
        with open(os.path.join(FIXTURES, session + ".transcript"), "w") as f:
            f.write("# %s; see README.md. Recorded by firmware/check.py --record.\n" % name)
            for direction, data in log:
                for line in data.splitlines(keepends=True):
                    f.write("%s %s\n" % (direction, escape(line)))
        print("recorded", session)


def main(arguments):
    recording = "--record" in arguments
    machines = [argument.partition("=") for argument in arguments if argument != "--record"]
    if not machines or not all(elf for _, _, elf in machines):
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, "image.romfs")
        with open(image, "wb") as f:
            f.write(romfs(programs()))
        if recording:
            record(machines[0][0], machines[0][2], image)
            return 0
        return 1 if sum(Checks(name, elf, image).run() for name, _, elf in machines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
