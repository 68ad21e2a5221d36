"""Decimal strings into whole numbers and back, exactly or not at all.

The same prices and sizes come again and again, so what was converted once is kept, for all books
with as many places together, up to a bound for all of them: a dictionary answers in a tenth of the
time that a conversion takes.
"""

from decimal import Decimal
from functools import cache
from re import compile as pattern

KEPT = 200_000
"""Conversions kept in all, about 25 MB; then they are kept anew."""

MOST_PLACES = 32
MOST_CHARACTERS = 64

_PLAIN = pattern(r"[0-9]+(?:\.([0-9]+))?")


class NotANumber(ValueError):
    """The text is not a plain decimal that is zero or more."""

    def __init__(self, text: object) -> None:
        super().__init__(f"not a plain decimal: {str(text)[:MOST_CHARACTERS]!r}")


class Finer(Exception):
    """The text has more places than are counted in."""

    def __init__(self, places: int) -> None:
        super().__init__(f"needs {places} places")
        self.places = places


class Shelf:
    """What was converted, whatever its places, up to a bound."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept = 0
        self._tables: list[dict[str, int]] = []

    def table(self) -> dict[str, int]:
        """Give a table of its own to conversions of one kind."""
        self._tables.append({})
        return self._tables[-1]

    def keep(self, table: dict[str, int], text: str, number: int) -> None:
        """Put a conversion into its table; where there are too many, every table begins anew."""
        if self._kept >= self._most:
            self._kept = 0
            for each in self._tables:
                each.clear()
        self._kept += 1
        table[text] = number


class Whole:
    """Decimal strings as whole numbers of the last of `places` places, times `sign`."""

    __slots__ = ("_places", "_shelf", "_sign", "known")

    def __init__(self, places: int, sign: int, shelf: Shelf) -> None:
        self.known = shelf.table()
        """What was converted; to be read only. A plain dictionary, because looking something up in
        a derived one takes twice as long."""
        self._places = places
        self._sign = sign
        self._shelf = shelf

    def __getitem__(self, text: str) -> int:
        """Convert a text that is known or not.

        Raises:
            Finer: it has more places.
            NotANumber: it is no plain decimal.
        """
        number = self.known.get(text)
        return self._learn(text) if number is None else number

    def _learn(self, text: str) -> int:
        left, point, right = text.partition(".")
        missing = self._places - len(right)
        digits = left + right
        if missing < 0 or len(digits) > MOST_CHARACTERS or not (left and digits.isascii()):
            digits, missing = self._trimmed(text)
        elif not digits.isdecimal() or (point and not right):
            raise NotANumber(text)
        number = int(digits) * 10**missing * self._sign
        self._shelf.keep(self.known, text, number)
        return number

    def _trimmed(self, text: str) -> tuple[str, int]:
        """Give the digits without zeros at the end, and how many places they leave."""
        needed = places(text)
        if needed > self._places:
            raise Finer(needed)
        left, _, right = text.partition(".")
        right = right.rstrip("0")
        return left + right, self._places - len(right)


_SHELF = Shelf()


@cache
def whole(places: int, sign: int = 1) -> Whole:
    """Give the conversions of this many places; all books with as many share them."""
    return Whole(places, sign, _SHELF)


def places(text: str) -> int:
    """Count the places after the point that are needed to write this number.

    Raises:
        NotANumber: the text is no plain decimal, or longer than any venue's.
    """
    found = _PLAIN.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if found is None:
        raise NotANumber(text)
    needed = len((found[1] or "").rstrip("0"))
    if needed > MOST_PLACES:
        raise NotANumber(text)
    return needed


def written(number: int, places: int) -> str:
    """Write a whole number of the last of `places` places, without zeros at the end."""
    if places == 0:
        return str(number)
    digits = str(number).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def spelled(number: Decimal) -> str:
    """Write a number without an exponent; one far too large or small keeps it, and is refused."""
    return format(number, "f") if abs(number.adjusted()) < MOST_CHARACTERS else str(number)
