"""The levels of a message: read from text, written into a book, shown to those who look."""

cdef enum:
    # Levels that there is room for at least.
    FEW = 16

cdef struct Form:
    int items
    # Prices and sizes are numbers, not strings.
    bint bare

cdef struct Read:
    # What a frame says.
    void *lanes
    # Whose message it is; NULL as long as that is not known.
    void *lane
    const uint8_t *end
    const uint8_t *token
    Py_ssize_t token_length
    int64_t numbers[5]
    # Levels that were passed over, because it was not known how their book counts.
    const uint8_t *later[2]
    # Keys and sizes in turn, bids and asks; there is room for as many as a frame can hold.
    int64_t *levels[2]
    Py_ssize_t counts[2]
    # How this book's levels are written.
    Forms *forms
    int price_places
    int size_places
    uint32_t seen
    bint snapshot
    # A word says that the frame is of another kind.
    bint differs


cdef class Plan:
    """One kind of book message, made ready for looking it up in frames."""

    cdef int read(self, const uint8_t *frame, Py_ssize_t length, Read *read) noexcept:
        """Find the parts of a frame that ends in a zero byte."""
        return UNSURE


cdef int levels(const uint8_t **at, const Form *form, Read *read, int side) noexcept nogil:
    """Read a list of levels behind its bracket."""
    if form.items == 2 and not form.bare:
        return pairs(at, read, side)
    return any_levels(at, form, read, side)


cdef int pairs(const uint8_t **at, Read *read, int side) noexcept nogil:
    """Read `["61800.20","0.015"],["61800.10","0"]]`."""
    cdef const uint8_t *p = at[0]
    cdef const uint8_t *last_block = read.end - AHEAD
    cdef int64_t *out = read.levels[side]
    cdef int64_t sign = 1 if side else -1
    cdef Forms *forms = read.forms
    cdef const Written *form = &forms.known[0]
    cdef const Written *other
    if p[0] == 93:  # ]
        at[0] = p + 1
        return SURE
    while True:
        other = form_of(p, form, forms) if p <= last_block else NULL
        if other != NULL:
            form = other
            out[0] = sign * short_number(p, &form.price)
            out[1] = short_number(p, &form.size)
            p += form.length
        else:
            p = pair(p, read, out)
            if p == NULL:
                return UNSURE
            out[0] *= sign
        out += 2
        if p[0] == 44:  # ,
            p += 1
            continue
        if p[0] != 93:  # ]
            return UNSURE
        read.counts[side] = (out - read.levels[side]) >> 1
        at[0] = p + 1
        return SURE


cdef const uint8_t *pair(const uint8_t *p, Read *read, int64_t *out) noexcept nogil:
    """Read one level and give where it ends, or NULL where it is not certain."""
    cdef const uint8_t *begin = p
    cdef const uint8_t *price_end
    if p[0] != 91 or p[1] != 34:  # ["
        return NULL
    price_end = decimal(p + 2, read.price_places, out)
    if price_end == NULL or price_end[0] != 34 or price_end[1] != 44 or price_end[2] != 34:  # ","
        return NULL
    p = decimal(price_end + 3, read.size_places, out + 1)
    if p == NULL or p[0] != 34 or p[1] != 93:  # "]
        return NULL
    learn(read.forms, begin, price_end, p, read.price_places, read.size_places)
    return p + 2


cdef int change(const uint8_t **at, Read *read) noexcept nogil:
    """Read `"39069.0,buy,23960"`, one level of either side."""
    cdef const uint8_t *p = at[0]
    cdef int64_t key, lots
    cdef int side
    if p[0] != 34 or read.lane == NULL:  # "
        return UNSURE
    p = decimal(p + 1, read.price_places, &key)
    if p == NULL:
        return UNSURE
    side = literal_passed(&p, b",sell,") == SURE
    if not side and literal_passed(&p, b",buy,") != SURE:
        return UNSURE
    p = decimal(p, read.size_places, &lots)
    if p == NULL or p[0] != 34:
        return UNSURE
    read.levels[side][0] = key if side else -key
    read.levels[side][1] = lots
    read.counts[side] = 1
    at[0] = p + 1
    return SURE


cdef int any_levels(const uint8_t **at, const Form *form, Read *read, int side) noexcept nogil:
    """Read levels of any form."""
    cdef const uint8_t *p = at[0]
    cdef int64_t *out = read.levels[side]
    cdef int64_t sign = 1 if side else -1
    cdef int64_t key
    cdef int items = form.items, item
    cdef uint8_t quote = 0 if form.bare else 34
    cdef int price_places = read.price_places, size_places = read.size_places
    cdef const uint8_t *text
    cdef Py_ssize_t length
    if p[0] == 93:  # ]
        at[0] = p + 1
        return SURE
    while True:
        if p[0] != 91:  # [
            return UNSURE
        p += 1
        if quote:
            if p[0] != quote:
                return UNSURE
            p += 1
        elif p[0] == 48 and 48 <= p[1] <= 57:
            return UNSURE
        p = decimal(p, price_places, &key)
        if p == NULL:
            return UNSURE
        if quote:
            if p[0] != quote:
                return UNSURE
            p += 1
        if p[0] != 44:  # ,
            return UNSURE
        p += 1
        if quote:
            if p[0] != quote:
                return UNSURE
            p += 1
        elif p[0] == 48 and 48 <= p[1] <= 57:
            return UNSURE
        p = decimal(p, size_places, out + 1)
        if p == NULL:
            return UNSURE
        if quote:
            if p[0] != quote:
                return UNSURE
            p += 1
        out[0] = key * sign
        out += 2
        for item in range(2, items):
            if p[0] != 44:  # ,
                return UNSURE
            p += 1
            if quote:
                if p[0] != quote:
                    return UNSURE
                p += 1
                if string(&p, &text, &length) != SURE:
                    return UNSURE
            elif number_passed(&p) != SURE:
                return UNSURE
        if p[0] != 93:  # ]
            return UNSURE
        p += 1
        if p[0] == 44:  # ,
            p += 1
            continue
        if p[0] != 93:
            return UNSURE
        break
    read.counts[side] = (out - read.levels[side]) >> 1
    at[0] = p + 1
    return SURE


@cython.final
@cython.freelist(256)
cdef class Levels:
    """The levels of one side of a message, as (price, size) in whole numbers; a sequence."""

    cdef int64_t *pairs
    cdef Py_ssize_t count
    cdef Py_ssize_t room
    cdef int64_t sign

    def __dealloc__(self):
        PyMem_Free(self.pairs)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return self._all()[index]

    def __iter__(self):
        return iter(self._all())

    def __eq__(self, other):
        return isinstance(other, Sequence) and self._all() == list(other)

    __hash__ = None

    def __repr__(self):
        return repr(self._all())

    cdef list _all(self):
        cdef Py_ssize_t at
        return [
            (self.pairs[2 * at] * self.sign, self.pairs[2 * at + 1]) for at in range(self.count)
        ]

    cdef int fill(self, const int64_t *pairs, Py_ssize_t count) except -1:
        """Hold these levels instead."""
        self.make_room(count)
        memcpy(self.pairs, pairs, 2 * count * sizeof(int64_t))
        self.count = count
        return 0

    cdef int make_room(self, Py_ssize_t count) except -1:
        """Hold nothing any more, with room for so many."""
        self.count = 0
        if self.pairs != NULL and count <= self.room:
            return 0
        PyMem_Free(self.pairs)
        self.room = 0
        self.pairs = <int64_t *> PyMem_Malloc(2 * max(count, FEW) * sizeof(int64_t))
        if self.pairs == NULL:
            raise MemoryError
        self.room = max(count, FEW)
        return 0


Sequence.register(Levels)
