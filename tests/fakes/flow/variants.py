"""A frame a little other than it was sent: what a reader that is fast may read in another way."""

import json
from random import Random
from re import compile as pattern

NUMBER = pattern(rb"\d+(?:\.\d+)?")
NUMBERS = (
    b"0", b"0.0", b"007", b"1.", b".5", b"", b"-1", b"-0", b"1e3", b"6.22e-08", b"+1", b" 1", b"1 ",
    b"1_0", b"NaN", b"1.50000000", b"0.000000001", b"100.10000000000000000000", b"1,5", b"0x1",
    b"9223372036854775807", b"9223372036854775808", b"123456789012345678", b"1234567890123456789",
    b"12345678901.123456789", b"99999999999999999999999999999999999999999999999999999999999999999",
    b"\xd9\xa3", b"null", b"true", b'"1"', b"[]", b"{}", b"1\\u0030", b"18446744073709551616",
    b"1." + b"0" * 70, b"1e999999999",
)  # fmt: skip
VALUES = (
    b"null", b"true", b"1", b'"x"', b"[]", b"{}", b'["1"]', b'[["1","2"]]', b'{"a":[1,{"b":"c"}]}',
    b'"\\u0031"', b'"\xc3\xa9"', b'"\xff"', b"1e5", b"-0", b"01", b"1.5", b"[" * 40 + b"]" * 40,
)  # fmt: skip
KEYS = (
    b"b", b"a", b"u", b"U", b"pu", b"e", b"s", b"data", b"stream", b"topic", b"type", b"ts",
    b"bids", b"asks", b"seqId", b"ch", b"tick", b"symbol", b"version", b"x", b"market", b"params",
)  # fmt: skip
BLANKS = (b" ", b"\t", b"\n", b"\r\n", b"\x00", b"\x0b")


def variant(frame: bytes, random: Random) -> bytes:
    """Change a frame in one to three places, or in none; frames without text lose or gain bytes."""
    ways = WAYS if frame[:1] == b"{" else (_other_byte, _cut, _twice, _missing)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        frame = random.choice(ways)(frame, random) if frame else frame
    return frame


def _number(frame: bytes, random: Random) -> bytes:
    found = list(NUMBER.finditer(frame))
    if not found:
        return frame
    begin, end = random.choice(found).span()
    return frame[:begin] + random.choice(NUMBERS) + frame[end:]


def _digit(frame: bytes, random: Random) -> bytes:
    found = list(NUMBER.finditer(frame))
    if not found:
        return frame
    at = random.randrange(*random.choice(found).span())
    return frame[:at] + random.choice(b"0123456789").to_bytes() + frame[at + 1 :]


def _blank(frame: bytes, random: Random) -> bytes:
    at = random.randint(0, len(frame))
    return frame[:at] + random.choice(BLANKS) + frame[at:]


def _spaced(frame: bytes, random: Random) -> bytes:
    return frame.replace(random.choice((b",", b":", b"[", b'"')), random.choice((b", ", b": ")), 3)


def _member(frame: bytes, random: Random) -> bytes:
    """Add a member somewhere where one may be."""
    places = [at + 1 for at, byte in enumerate(frame) if byte in b"{"]
    at = random.choice(places) if places else 0
    more = b'"' + random.choice(KEYS) + b'":' + random.choice(VALUES)
    return frame[:at] + more + b"," + frame[at:]


def _shuffled(frame: bytes, random: Random) -> bytes:
    """Put members in another order."""
    try:
        given = json.loads(frame)
    except ValueError:
        return frame
    return json.dumps(_turned(given, random), separators=(",", ":")).encode()


def _turned(given: object, random: Random) -> object:
    if not isinstance(given, dict):
        return given
    members = [(key, _turned(value, random)) for key, value in given.items()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    random.shuffle(members)  # pyright: ignore[reportUnknownArgumentType]
    return dict(members)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _other_byte(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    return frame[:at] + bytes((random.randrange(256),)) + frame[at + 1 :]


def _cut(frame: bytes, random: Random) -> bytes:
    return frame[: random.randrange(len(frame))]


def _missing(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    return frame[:at] + frame[at + random.randint(1, 12) :]


def _twice(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    to = at + random.randint(1, 60)
    return frame[:to] + frame[at:to] + frame[to:]


WAYS = (
    _number, _number, _digit, _digit, _digit, _blank, _spaced, _member, _shuffled, _other_byte,
    _cut, _missing, _twice,
)  # fmt: skip
