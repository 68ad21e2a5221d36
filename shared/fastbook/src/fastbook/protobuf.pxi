"""Protobuf frames by a plan; fields that no path names are passed over, their lengths checked.

A frame is SURE only if no part is there twice and the token comes before the levels.
"""

cdef enum:
    VARINT = 0
    FIXED64 = 1
    TEXT = 2
    FIXED32 = 5
    HIGHEST_FIELD = 536870911

    PRICE = 1
    SIZE = 2
    MOST_PARTS = 16

cdef struct Field:
    int number
    int wire
    # A varint's.
    uint64_t value
    # Everything else's.
    const uint8_t *text
    const uint8_t *end

cdef struct Part:
    # Where it stands: the field, in the frame or in the one message within.
    int number
    bint within
    # OBJECT for the message within, TOKEN, LEVELS or WHOLE.
    int kind
    # Of the side or the number.
    int index
    uint32_t bit


cdef int varint(const uint8_t **at, const uint8_t *end, uint64_t *value) noexcept nogil:
    """Read up to 63 bits, seven to a byte, lowest first."""
    cdef const uint8_t *p = at[0]
    cdef int shift = 0
    value[0] = 0
    while p < end and shift < 63:
        value[0] |= <uint64_t> (p[0] & 127) << shift
        if p[0] < 128:
            at[0] = p + 1
            return SURE
        p += 1
        shift += 7
    return UNSURE


cdef int field(const uint8_t **at, const uint8_t *end, Field *found) noexcept nogil:
    """Read a field, and stand behind it."""
    cdef uint64_t key = 0, length = 0
    if varint(at, end, &key) != SURE or key >> 3 > HIGHEST_FIELD:
        return UNSURE
    found.number, found.wire = <int> (key >> 3), <int> (key & 7)
    if found.wire == VARINT:
        return varint(at, end, &found.value)
    if found.wire == TEXT:
        if varint(at, end, &length) != SURE:
            return UNSURE
    elif found.wire == FIXED64 or found.wire == FIXED32:
        length = 8 if found.wire == FIXED64 else 4
    else:
        return UNSURE
    if length > <uint64_t> (end - at[0]):
        return UNSURE
    found.text = at[0]
    at[0] += length
    found.end = at[0]
    return SURE


cdef int field_whole(const Field *found, int64_t *value) noexcept nogil:
    """Take a field for a whole number, which may be written in digits."""
    cdef const uint8_t *p = found.text
    if found.wire == VARINT:
        if found.value >= <uint64_t> HIGHEST:
            return UNSURE
        value[0] = <int64_t> found.value
        return SURE
    if p == found.end or found.end - p > MOST_DIGITS:
        return UNSURE
    value[0] = 0
    while p < found.end:
        if p[0] - 48u > 9:
            return UNSURE
        value[0] = value[0] * 10 + (p[0] - 48)
        p += 1
    return SURE


@cython.final
cdef class ProtobufPlan(Plan):
    """One kind of protobuf book message.

    Args:
        parts: paths of field numbers and what stands there, as for `JsonPlan`; all are in the frame
            or in one message within.
    """

    cdef Part[MOST_PARTS] parts
    cdef int count
    cdef uint32_t required

    def __cinit__(self, list parts):
        cdef int body = 0
        for path, role in parts:
            if len(path) == 2 and body == 0:
                body = path[0]
                self._add(body, False, OBJECT, 0)
            if len(path) > 2 or (len(path) == 2 and path[0] != body):
                raise ValueError("parts stand in the frame or in one message within")
            within = len(path) == 2
            number = path[len(path) - 1]
            if role == "token":
                self._add(number, within, TOKEN, 0)
            elif role == "bids" or role == "asks":
                self._add(number, within, LEVELS, role == "asks")
            else:
                self._add(number, within, WHOLE, NUMBERED.index(role))
            if role == "token" or role == "final":
                self.required |= self.parts[self.count - 1].bit

    cdef int _add(self, int number, bint within, int kind, int index) except -1:
        if self.count == MOST_PARTS:
            raise ValueError("too many parts in a layout")
        cdef Part *part = &self.parts[self.count]
        part.number, part.within, part.kind, part.index = number, within, kind, index
        part.bit = <uint32_t> 1 << self.count
        self.count += 1
        return 0

    cdef int read(self, const uint8_t *frame, Py_ssize_t length, Read *read) noexcept:
        """Find the parts of a frame that ends in a zero byte."""
        if self._message(frame, frame + length, False, read) != SURE:
            return UNSURE
        return SURE if (read.seen & self.required) == self.required else UNSURE

    cdef int _message(
        self, const uint8_t *p, const uint8_t *end, bint within, Read *read
    ) noexcept:
        cdef Field found
        cdef int at
        while p < end:
            if field(&p, end, &found) != SURE:
                return UNSURE
            for at in range(self.count):
                if self.parts[at].number == found.number and self.parts[at].within == within:
                    if self._part(&self.parts[at], &found, read) != SURE:
                        return UNSURE
                    break
        return SURE

    cdef int _part(self, const Part *part, const Field *found, Read *read) noexcept:
        if part.kind == LEVELS:
            return self._level(found, part.index, read)
        if read.seen & part.bit:
            return UNSURE
        read.seen |= part.bit
        if part.kind == WHOLE:
            return field_whole(found, &read.numbers[part.index])
        if found.wire == VARINT:
            return UNSURE
        if part.kind == OBJECT:
            return self._message(found.text, found.end, True, read)
        return (<Lanes> read.lanes).find_text(found.text, found.end - found.text, read)

    cdef int _level(self, const Field *level, int side, Read *read) noexcept:
        cdef const uint8_t *p = level.text
        cdef int64_t *out = read.levels[side] + 2 * read.counts[side]
        cdef Field found
        cdef int seen = 0, places
        if level.wire == VARINT or read.lane == NULL:
            return UNSURE
        while p < level.end:
            if field(&p, level.end, &found) != SURE:
                return UNSURE
            if found.number != PRICE and found.number != SIZE:
                continue
            places = read.price_places if found.number == PRICE else read.size_places
            if seen & found.number or found.wire == VARINT:
                return UNSURE
            if decimal(found.text, places, out + found.number - 1) != found.end:
                return UNSURE
            seen |= found.number
        if seen != (PRICE | SIZE):
            return UNSURE
        if not side:
            out[0] = -out[0]
        read.counts[side] += 1
        return SURE
