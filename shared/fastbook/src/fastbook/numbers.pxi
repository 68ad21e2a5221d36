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


cdef inline int whole(const uint8_t **at, int64_t *value) noexcept nogil:
    """Read a whole number as JSON writes it."""
    cdef const uint8_t *p = at[0]
    cdef bint negative = p[0] == 45  # -
    cdef const uint8_t *begin
    cdef uint64_t number = 0
    p += negative
    begin = p
    while 48 <= p[0] <= 57:
        number = number * 10 + (p[0] - 48)
        p += 1
    if p == begin or p - begin > MOST_DIGITS or (begin[0] == 48 and (negative or p - begin > 1)):
        return UNSURE
    value[0] = -<int64_t> number if negative else <int64_t> number
    at[0] = p
    return SURE
