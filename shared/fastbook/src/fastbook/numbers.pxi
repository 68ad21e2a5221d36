"""Numbers in text, exactly or not at all.

A reader answers SURE where the text is of the one plain form that needs no thought, and leaves all
else to somebody slower. It reads no byte behind the first one that does not fit; a text that ends in
a zero byte, as Python's do, ends every reader.
"""

cdef enum:
    # For somebody slower to decide.
    UNSURE = 0
    SURE = 1
    # Certainly of another kind.
    OTHER = 2

    # As many fit in 64 bits, whatever they are.
    MOST_CHARACTERS = 64
    MOST_DIGITS = 18

cdef extern from *:
    """
    /* The first is the lowest byte, on any machine. */
    static inline uint64_t eight_bytes(const uint8_t *text) {
        uint64_t bytes;
        memcpy(&bytes, text, 8);
    #if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        bytes = __builtin_bswap64(bytes);
    #endif
        return bytes;
    }

    /* The number that eight digits say, the first in the lowest byte; zero bytes may lead. */
    static inline int64_t eight_digits(uint64_t digits) {
        digits = (digits & 0x0F0F0F0F0F0F0F0FULL) * 2561 >> 8;
        digits = (digits & 0x00FF00FF00FF00FFULL) * 6553601 >> 16;
        return (int64_t) ((digits & 0x0000FFFF0000FFFFULL) * 42949672960001ULL >> 32);
    }

    /* Whether there are eight bytes, and all of them digits. */
    static inline int are_eight_digits(const uint8_t *text, const uint8_t *end) {
        uint64_t digits;
        if (end - text < 8)
            return 0;
        digits = eight_bytes(text) ^ 0x3030303030303030ULL;
        return ((digits | (digits + 0x0606060606060606ULL)) & 0xF0F0F0F0F0F0F0F0ULL) == 0;
    }
    """
    uint64_t eight_bytes(const uint8_t *text) noexcept nogil
    int64_t eight_digits(uint64_t digits) noexcept nogil
    int are_eight_digits(const uint8_t *text, const uint8_t *end) noexcept nogil

cdef int64_t[19] POWERS
POWERS[0] = 1
for _power in range(1, 19):
    POWERS[_power] = 10 * POWERS[_power - 1]


cdef inline const uint8_t *decimal(const uint8_t *p, int places, int64_t *value) noexcept nogil:
    """Read `61800.20` as a number of the last of `places` places, up to what is no part of it.

    It gives where that is, or NULL where it is not certain.
    """
    cdef const uint8_t *begin = p
    cdef const uint8_t *longest = p + MOST_CHARACTERS
    cdef uint64_t number = 0
    cdef unsigned int digit = p[0] - 48u
    cdef int missing = places
    while digit < 10:
        number = number * 10 + digit
        p += 1
        digit = p[0] - 48u
    if p == begin or p - begin > MOST_DIGITS - places:
        return NULL
    if p[0] == 46:  # .
        p += 1
        begin = p
        digit = p[0] - 48u
        while digit < 10:
            if missing:
                number = number * 10 + digit
                missing -= 1
            elif digit:
                return NULL
            p += 1
            digit = p[0] - 48u
        if p == begin:
            return NULL
    if p > longest:
        return NULL
    value[0] = number * POWERS[missing]
    return p


cdef inline int whole(const uint8_t **at, const uint8_t *end, int64_t *value) noexcept nogil:
    """Read a whole number as JSON writes it."""
    cdef const uint8_t *p = at[0]
    cdef bint negative = p[0] == 45  # -
    cdef const uint8_t *begin
    cdef uint64_t number = 0
    p += negative
    begin = p
    if are_eight_digits(p, end):
        number = <uint64_t> eight_digits(eight_bytes(p))
        p += 8
    while 48 <= p[0] <= 57:
        number = number * 10 + (p[0] - 48)
        p += 1
    if p == begin or p - begin > MOST_DIGITS or (begin[0] == 48 and (negative or p - begin > 1)):
        return UNSURE
    value[0] = -<int64_t> number if negative else <int64_t> number
    at[0] = p
    return SURE
