"""Stands in for an emulator that runs stock firmware: a raw REPL, and memory that is filled by a loader device.

    fake_stock_machine.py --access mounted|address|none [--log FILE] [--no-boot] EMULATOR-OPTIONS…

--log appends a line for each start, with the address of the image. Python is not understood: of what is executed, the
lines that the harness sends are known by their form, and programs are lines of

    print('TEXT')  raise  exit  fault  hang  vanish
"""

import os
import re
import sys
import time

MAGIC = b"\xd2\xcd\x31"
BANNER = b"raw REPL; CTRL-B to exit\r\n>"


def option(name, default=None):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def varuint(octets, at):
    value = 0
    while True:
        value = value << 7 | octets[at] & 0x7F
        at += 1
        if not octets[at - 1] & 0x80:
            return value, at


def files(image):
    """Files of a flat ROMFS image, by name."""
    assert image[:3] == MAGIC, image[:8]
    size, at = varuint(image, 3)
    end = at + size
    found = {}
    while at < end:
        kind, at = varuint(image, at)
        size, at = varuint(image, at)
        after = at + size
        if kind == 5:
            length, at = varuint(image, at)
            name = image[at : at + length].decode()
            _, at = varuint(image, at + length)
            size, at = varuint(image, at)
            found[name] = image[at : at + size]
        at = after
    return found


class Machine:
    def __init__(self):
        self.access = option("--access")
        self.start, self.memory = 0, b""
        for word in sys.argv:
            if match := re.match(r"loader,file=(.*),addr=(\w+),force-raw=on", word):
                self.start = int(match[2], 16)
                with open(match[1], "rb") as image:
                    self.memory = image.read()
        if log := option("--log"):
            with open(log, "a") as file:
                file.write(f"{self.start:#x}\n")

    def put(self, octets):
        os.write(1, octets)

    def octets_at(self, text):
        match = re.search(r"bytearray_at\((\w+),(\w+)\)", text)
        at = int(match[1], 0) - self.start
        return self.memory[at : at + int(match[2], 0)]

    def image_at(self, text):
        return files(self.octets_at(text))

    def execute(self, source):
        """Output has gone out; gives the text of an exception, or None for SystemExit."""
        no = "ImportError: no module named 'uctypes'\r\n"
        if source.startswith("print(open('/rom/.image-id')"):
            if self.access != "mounted":
                return "OSError: [Errno 2] ENOENT\r\n"
            self.put(files(self.memory)[".image-id"] + b"\r\n")
            return ""
        if source.startswith("import vfs,uctypes\nprint("):
            if self.access != "address":
                return no
            self.put(self.image_at(source)[".image-id"])
            return ""
        if match := re.match(r"execfile\('/rom/(\d+)'\);execfile\('<stdin>'\)$", source):
            if self.access != "mounted":
                return "OSError: [Errno 2] ENOENT\r\n"
            return self.run(self.image_at(files(self.memory)[match[1]].decode()))
        if source.startswith("import uctypes as u;exec("):
            return self.run(self.image_at(self.octets_at(source).decode())) if self.access == "address" else no
        return self.lines(source)

    def run(self, found):
        if artifact := found.get("__injected_test.mpy"):
            self.put(b"START TEST\r\n")
            return self.lines(artifact.decode())
        return self.lines(found["<stdin>"].decode().removeprefix("__import__('vfs').umount('/m');"))

    def lines(self, text):
        for line in text.splitlines():
            if match := re.match(r"print\('(.*)'\)$", line):
                self.put(match[1].encode() + b"\r\n")
            elif line == "raise":
                return 'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\nValueError: \r\n'
            elif line == "exit":
                return None
            elif line == "fault":
                self.put(b"HardFault exception caught:\r\nR0 = 0\r\n")
                time.sleep(1000)
            elif line == "hang":
                time.sleep(1000)
            elif line == "vanish":
                sys.exit(0)
        return ""

    def soft_reset(self):
        self.put(b"MPY: soft reboot\r\n" + BANNER)

    def serve(self):
        self.put(b"MicroPython\r\n>>> ")
        raw, buffer = False, b""
        while octets := os.read(0, 4096):
            for octet in octets:
                if octet == 1:
                    raw, buffer = True, b""
                    self.put(b"\r\n" + BANNER)
                elif octet == 3:
                    buffer = b""
                elif octet != 4:
                    buffer += bytes([octet])
                elif raw:
                    self.put(b"OK")
                    source, buffer = buffer.decode(), b""
                    if not source:
                        self.put(b"\r\n")
                        self.soft_reset()
                        continue
                    exception = self.execute(source)
                    self.put(b"\x04" + (exception or "").encode() + b"\x04")
                    if exception is None:
                        self.soft_reset()
                    else:
                        self.put(b">")


if "--no-boot" not in sys.argv:
    Machine().serve()
