#!/usr/bin/env python3
"""What the cases of this folder expect, without WebAssembly: in Python, mostly by its library, and by the same C compiled for this machine.

    python3 witness.py        compares both with what the suites expect; the status is 1 where any two differ

Python 3.8 or newer and a C compiler (`cc`, or what CC names) are all it needs.
"""

import ctypes
import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).parent
LOW = 0xFFFFFFFF


class Random:
    """modules/work.h: the same numbers."""

    def __init__(self, state=1):
        self.state = state

    def bits(self, count):
        self.state = (self.state * 1664525 + 1013904223) & LOW
        return self.state >> (32 - count)


def fnv(data, basis=0x811C9DC5):
    for byte in data:
        basis = (basis ^ byte) * 16777619 & LOW
    return basis


def fnv_words(words):
    return fnv(b"".join(struct.pack("<I", word) for word in words))


def forth(numbers, depth, letters):
    sieve = bytearray([1]) * numbers
    sieve[:2] = b"\0\0"
    for i in range(2, numbers):
        if sieve[i]:
            sieve[i * i :: i] = bytes(len(sieve[i * i :: i]))
    a, b = 0, 1
    for _ in range(depth):
        a, b = b, a + b
    random = Random()
    text = "".join(chr(97 + letter) if letter < 26 else " " for letter in (random.bits(8) & 31 for _ in range(letters)))
    turned = " ".join(word[::-1] for word in text.split(" "))
    return fnv_words([sum(sieve), a, fnv(turned.encode())])


def sha256(kibibytes):
    random = Random()
    digest = hashlib.sha256(bytes(random.bits(8) for _ in range(kibibytes * 1024))).digest()
    return int.from_bytes(digest[:8], "big")


def json_text(records):
    random = Random()
    parts = []
    for number in range(records):
        name = "".join(chr(97 + (random.bits(8) * 26 >> 8)) for _ in range(3 + random.bits(3)))
        price = f"{random.bits(10)}.{10 + random.bits(6)}"
        scale = f"-{random.bits(8)}" + ("e+3" if random.bits(1) else "E-2")
        active = "true" if random.bits(1) else "false"
        tags = random.bits(2)
        listed = ", ".join(['"tag"'] * (tags - 1) + ['"last"'] * (tags > 0))
        parts.append(
            f'  {{"id": {number}, "name": "{name} \\"\\u00e9\\ud83d\\ude00\\n\\u0416", "price": {price}, "scale": {scale}, '
            f'"active": {active}, "parent": null, "tags": [{listed}], "at": {{"x": {random.bits(16)}, "path": [[], {{}}, [1, [2, [3]]]]}}}}'
        )
    return "[\n" + ",\n".join(parts) + "\n]\n"


def json_result(records):
    out = bytearray()

    def string(text):
        encoded = text.encode()
        out.extend(encoded + struct.pack("<I", len(encoded)))

    def value(node, name=""):
        string(name)
        kinds = [node is None, node is False, node is True, isinstance(node, float), isinstance(node, str), isinstance(node, list)]
        kind = kinds.index(True) if True in kinds else 6
        out.extend(struct.pack("<I", kind))
        if kind == 3:
            out.extend(struct.pack("<d", node))
        elif kind == 4:
            string(node)
        elif kind == 5:
            for each in node:
                value(each)
        elif kind == 6:
            for key, each in node.items():
                value(each, key)

    value(json.loads(json_text(records), parse_int=float))
    return fnv(out)


def quicksort(count):
    random = Random()
    return fnv_words(sorted(random.bits(32) for _ in range(count)))


def mergesort(count):
    random = Random()
    keys = [random.bits(10) for _ in range(count)]
    return fnv_words(sorted(range(count), key=lambda number: keys[number]))


def product(size):
    random = Random()
    pairs = [[(random.bits(5), random.bits(5)) for _ in range(size)] for _ in range(size)]
    columns = [[pairs[k][j][1] for k in range(size)] for j in range(size)]
    rows = [[pair[0] for pair in row] for row in pairs]
    return fnv_words(sum(a * b for a, b in zip(row, column)) for row in rows for column in columns)


def mandelbrot(size, limit):
    counts = []
    for row in range(size):
        for column in range(size):
            cx, cy, x, y, steps = 2.5 * column / size - 2, 2.5 * row / size - 1.25, 0.0, 0.0, 0
            while steps < limit and x * x + y * y <= 4:
                x, y, steps = x * x - y * y + cx, 2 * x * y + cy, steps + 1
            counts.append(steps)
    return fnv_words(counts)


def regex(lines):
    methods = ["GET", "POST", "PUT", "DELETE"]
    segments = ["/users", "/images", "/api", "/v2", "/index.html", "/a_b-c", "/search?q=x", "/.env"]
    statuses = [200, 204, 301, 304, 403, 404, 500, 503]
    source = (HERE / "modules/regex.c").read_text()
    quoted = source.split("expressions[] = {")[1].split("};")[0]
    expressions = [text.replace("\\\\", "\\") for text in re.findall(r'"(.*)",', quoted)]
    random, text = Random(), []
    for _ in range(lines):
        line = ".".join(str(random.bits(8)) for _ in range(4)) + " " + methods[random.bits(2)] + " "
        line += "".join(segments[random.bits(3)] for _ in range(1 + random.bits(2)))
        line += f" {statuses[random.bits(3)]}"
        text.append(line + f" {random.bits(20)}")
    return fnv_words(sum(bool(re.search(expression, line)) for line in text) for expression in expressions)


def there_and_back(size):
    random = Random()
    words = []
    for _ in range(512):
        letters = 2 + random.bits(3)
        words.append(bytes(97 + (random.bits(8) * 26 >> 8) for _ in range(letters)))
    text = bytearray()
    while len(text) < size:
        a = random.bits(9)
        text += words[a * random.bits(9) >> 9] + b" "
    del text[size:]
    # How long the packed text is: lz.c's format, and its choice of matches.
    packed, last, literals, at = 0, {}, 0, 0
    while at + 4 <= size:
        slot = int.from_bytes(text[at : at + 4], "little") * 2654435761 % 2**32 >> 20
        before, last[slot] = last.get(slot), at
        length = 0
        if before is not None and at - before <= 65535:
            while length < min(size - at, 131) and text[before + length] == text[at + length]:
                length += 1
        if length < 4:
            at += 1
            continue
        packed += at - literals + -(-(at - literals) // 128) + 3
        at += length
        literals = at
    packed += size - literals + -(-(size - literals) // 128)
    return packed << 32 | zlib.crc32(text)


LONG = (1 << 64) - 1
BUFFER = 65536


def words_of_buffer():
    word, words = 1, []
    for _ in range(BUFFER // 8):
        word = (word * 6364136223846793005 + 1442695040888963407) & LONG
        words.append(word)
    return words


def rotated(value, by, width=64):
    return (value << by | value >> (width - by)) & ((1 << width) - 1)


def sum_of(words):
    total = 0
    for word in words:
        total = (rotated(total, 1) + word) & LONG
    return total


def sum_of_bytes(memory):
    return sum_of(struct.unpack(f"<{BUFFER // 8}Q", memory[:BUFFER]))


def bytes_of_buffer():
    return bytearray(struct.pack(f"<{BUFFER // 8}Q", *words_of_buffer()))


def copy(times):
    # However often a buffer is copied, it is one buffer, in which a word is changed after each copy.
    words = words_of_buffer()
    for k in range(1, times + 1):
        words[k % 8192] = (words[k % 8192] + k) & LONG
    return sum_of(words)


def copy_32_bytes(times):
    random, memory = Random(), bytes_of_buffer()
    for _ in range(times):
        drawn = random.bits(32)
        to, origin = drawn >> 4 & 32767, drawn >> 17
        memory[to : to + 32] = memory[origin : origin + 32]
    return sum_of_bytes(memory)


def fill(times):
    memory = bytes_of_buffer()
    for k in range(times):
        memory[k & 255 : (k & 255) + 65280] = bytes([k * 7 & 255]) * 65280
    return sum_of_bytes(memory)


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def indirect(times):
    steps = [
        lambda x: x + 0x9E3779B9, lambda x: x ^ 0x5BD1E995, lambda x: rotated(x, 11, 32), lambda x: x * 1664525,
        lambda x: 1013904223 - x, lambda x: x ^ LOW, lambda x: x ^ x >> 15, lambda x: x + x * (x | 5),
    ]  # fmt: skip
    value = 1
    for k in range(times):
        value = steps[(k * 40503 + value) >> 13 & 7](value) & LOW
    return value


def imported(times):
    random = Random()
    return [random.bits(32) for _ in range(times)][-1]


def read_modify_write(times):
    first, low, middle, high = 1, 0, 0, 0
    for k in range(times):
        first += k
        low ^= k * 40503 & LOW
        middle = (middle - k) & 0xFFFF
        high = k & 0xFF
    return (first + rotated(low | middle << 32 | high << 48, 7)) & LONG


def lock(times):
    return times * (times + 1) // 2 & LOW


# The source in C, where there is one, and the result in Python.
WITNESSES = {
    "forth": ("forth", forth), "sha256": ("sha256", sha256), "json": ("json", json_result), "quicksort": ("sort", quicksort),
    "mergesort": ("sort", mergesort), "product": ("matrix", product), "mandelbrot": ("mandelbrot", mandelbrot), "regex": ("regex", regex),
    "there_and_back": ("lz", there_and_back), "copy": (None, copy), "copy_by_loop": (None, copy), "copy_32_bytes": (None, copy_32_bytes),
    "fill": (None, fill), "fill_by_loop": (None, fill), "fib": (None, fib), "indirect": (None, indirect), "imported": (None, imported),
    "read_modify_write": (None, read_modify_write), "lock": (None, lock),
}  # fmt: skip
WIDE = {"sha256", "there_and_back"}


def native(source, function, arguments, folder):
    """The same function of the same source, compiled for this machine."""
    library = pathlib.Path(folder) / f"{source}.so"
    if not library.exists():
        options = ["-std=c11", "-O1", "-ffp-contract=off", "-shared", "-fPIC"]
        subprocess.run([os.environ.get("CC", "cc"), *options, str(HERE / f"modules/{source}.c"), "-o", str(library)], check=True)
    called = getattr(ctypes.CDLL(str(library)), function)
    called.restype = ctypes.c_uint64 if function in WIDE else ctypes.c_uint32
    return called(*arguments)


STEP = re.compile(r"\{ invoke: (\w+), args: \[(.*?)\], returns: \{ i(?:32|64): (\w+) \} \}")


def main():
    compared = different = 0
    with tempfile.TemporaryDirectory() as folder:
        for suite in sorted(HERE.glob("*.yaml")):
            for function, given, returned in STEP.findall(suite.read_text()):
                if function not in WITNESSES:
                    continue
                source, result = WITNESSES[function]
                arguments = [int(argument) for argument in re.findall(r"i32: (\d+)", given)]
                seen = {"python": result(*arguments)}
                if source:
                    seen["native"] = native(source, function, arguments, folder)
                expected = int(returned, 0)
                agree = set(seen.values()) == {expected}
                compared += 1
                different += not agree
                values = "".join(f", {witness} {value:#x}" for witness, value in seen.items())
                print(f"{'ok' if agree else 'DIFFERENT'}: {suite.stem}: {function}{tuple(arguments)}: expected {expected:#x}{values}")
    print(f"{compared} compared, {different} different")
    return compared == 0 or different > 0


if __name__ == "__main__":
    sys.exit(main())
