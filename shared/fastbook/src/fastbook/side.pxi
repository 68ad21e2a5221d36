"""One side of a book: a window of sizes around the best price, and a sorted list of the far ones.

Keys stand so that the best is the smallest: an ask's key is its price, a bid's the negative of it.
The window holds the sizes of `width` keys from `base` on, one word of `bits` for 64 of them; a bit
says that there is a level. Every key that is not in the window lies beyond it, in `far`, in order.
"""

cdef enum:
    SMALLEST = 512
    # Keys of a window: 4 to 64 KB of sizes. It grows where levels beyond it become many.
    LARGEST = 8192
    # So many levels beyond the window make it grow, if that brings half of them in.
    MANY = 48


cdef class Side:
    """Levels of one side, as whole numbers.

    Args:
        sign: -1 for bids, 1 for asks.
    """

    cdef int64_t *lots
    cdef uint64_t *bits
    cdef int64_t base
    cdef Py_ssize_t width
    # Where in the window the best level is; `width` where there is none.
    cdef Py_ssize_t first
    cdef int64_t *far_keys
    cdef int64_t *far_lots
    cdef Py_ssize_t far
    cdef Py_ssize_t far_room
    cdef Py_ssize_t count
    cdef readonly int sign
    cdef int64_t last_key
    # The worst key that the snapshot spoke of; HIGHEST where it spoke of all.
    cdef int64_t reach

    def __cinit__(self, int sign):
        self.sign = sign
        self.last_key = HIGHEST
        if open_window(self, SMALLEST) < 0:
            raise MemoryError

    def __dealloc__(self):
        free(self.lots)
        free(self.bits)
        free(self.far_keys)
        free(self.far_lots)

    def __len__(self):
        return self.count

    @property
    def width(self):
        """How many keys the window holds."""
        return self.width

    @property
    def far(self):
        """How many levels lie beyond the window."""
        return self.far

    @property
    def best_key(self):
        """The best price times sign, or None."""
        return self.base + self.first if self.count else None

    @property
    def best(self):
        """The best price in ticks, or None."""
        return (self.base + self.first) * self.sign if self.count else None

    @property
    def best_size(self):
        return self.lots[self.first] if self.count else 0

    @property
    def edge_key(self):
        """The worst key that the snapshot spoke of; None where it spoke of all."""
        return None if self.last_key == HIGHEST else self.last_key

    @property
    def edge(self):
        """The worst price in ticks that the snapshot spoke of; None where it spoke of all."""
        return None if self.last_key == HIGHEST else self.last_key * self.sign

    @property
    def is_thin(self):
        """Whether less than half of the range that the snapshot spoke of lies ahead."""
        return is_thin(self)

    @property
    def reaches(self):
        """Whether a level is left within what the snapshot spoke of."""
        return reaches(self)

    def put(self, int64_t key, int64_t lots):
        """Put a size in place; 0 takes the level out.

        Raises:
            OverflowError: a number is beyond what is counted here; nothing has changed.
        """
        if not (-HIGHEST < key < HIGHEST and 0 <= lots < HIGHEST):
            raise OverflowError
        if put(self, key, lots) < 0:
            raise MemoryError

    def renew(self, dict sizes, bint complete):
        """Forget all and take these, sizes by key; unless complete, nothing is known beyond them.

        Raises:
            OverflowError: a number is beyond what is counted here; nothing has changed.
        """
        cdef list keys = sorted(sizes)
        cdef object best = keys[0] if keys else 0, worst = max(keys, default=0)
        if not (-HIGHEST < best and worst < HIGHEST and max(sizes.values(), default=0) < HIGHEST):
            raise OverflowError
        empty(self)
        for key in keys:
            self.put(key, sizes[key])
        self.bound(worst if keys and not complete else None, worst - best)

    def put_texts(self, texts, int price_places, int size_places):
        """Put prices and sizes in place as they are written; False where one is not plain.

        Then nothing has changed.
        """
        cdef Py_ssize_t count = len(texts)
        cdef int64_t *levels = levels_of(self.sign, texts, price_places, size_places)
        cdef int told
        if levels == NULL:
            return False
        told = put_all(self, levels, count)
        PyMem_Free(levels)
        if told < 0:
            raise MemoryError
        return True

    def renew_texts(self, texts, int price_places, int size_places, bint complete):
        """Take these for `renew`, as they are written; False where one is not plain.

        Then nothing has changed.
        """
        cdef Py_ssize_t count = len(texts), at
        cdef int64_t *levels = levels_of(self.sign, texts, price_places, size_places)
        cdef int64_t best = HIGHEST, worst = -HIGHEST
        if levels == NULL:
            return False
        empty(self)
        try:
            for at in range(count):
                if levels[2 * at + 1]:
                    best, worst = min(best, levels[2 * at]), max(worst, levels[2 * at])
                    if put(self, levels[2 * at], levels[2 * at + 1]) < 0:
                        raise MemoryError
        finally:
            PyMem_Free(levels)
        if self.count:
            self.bound(None if complete else worst, worst - best)
        else:
            self.bound(None, 0)
        return True

    def bound(self, edge_key, int64_t reach):
        """Say how far this is known, without a change of levels."""
        self.last_key = HIGHEST if edge_key is None else edge_key
        self.reach = reach

    @property
    def span(self):
        """From the best to the worst key of the snapshot."""
        return self.reach

    def keep(self, Py_ssize_t limit):
        """Forget what lies below the best `limit` levels."""
        keep(self, limit)

    def sizes(self):
        """Give all sizes by key, best first."""
        cdef Py_ssize_t at = self.first
        cdef dict found = {}
        while at < self.width:
            found[self.base + at] = self.lots[at]
            at = following(self, at + 1)
        for at in range(self.far):
            found[self.far_keys[at]] = self.far_lots[at]
        return found

    def top(self, limit):
        """Give up to `limit` levels that can be believed, best first; None for all of them."""
        cdef Py_ssize_t at = self.first, most
        cdef list found = []
        if limit is None:
            return believed(self)
        most = limit
        while at < self.width and len(found) < most and self.base + at <= self.last_key:
            found.append(((self.base + at) * self.sign, self.lots[at]))
            at = following(self, at + 1)
        at = 0
        while at < self.far and len(found) < most and self.far_keys[at] <= self.last_key:
            found.append((self.far_keys[at] * self.sign, self.far_lots[at]))
            at += 1
        return found

    def size(self, int64_t price):
        """The size at a price, 0 where there is none."""
        cdef int64_t key = price * self.sign
        cdef Py_ssize_t at = key - self.base
        if 0 <= at < self.width:
            return self.lots[at] if self.bits[at >> 6] >> (at & 63) & 1 else 0
        at = position(self, key)
        return self.far_lots[at] if at < self.far and self.far_keys[at] == key else 0


cdef int64_t *levels_of(int sign, texts, int price_places, int size_places) except? NULL:
    """Give keys and sizes in turn, to be freed; NULL where one is not plain."""
    cdef Py_ssize_t count = len(texts), at = 0
    cdef int64_t *levels = <int64_t *> PyMem_Malloc(2 * (count + 1) * sizeof(int64_t))
    if levels == NULL:
        raise MemoryError
    try:
        for price, size in texts:
            if at == count or not (
                number_of(price, price_places, levels + 2 * at)
                and number_of(size, size_places, levels + 2 * at + 1)
            ):
                break
            levels[2 * at] *= sign
            at += 1
        else:
            if at == count:
                return levels
    except:
        PyMem_Free(levels)
        raise
    PyMem_Free(levels)
    return NULL


cdef inline bint number_of(object text, int places, int64_t *number) except -1:
    cdef Py_ssize_t length
    cdef const uint8_t *begin
    if type(text) is not str or not PyUnicode_IS_ASCII(text):
        return False
    begin = <const uint8_t *> PyUnicode_AsUTF8AndSize(text, &length)
    return decimal(begin, places, number) == begin + length


cdef Levels believed(Side side):
    """Give all levels that can be believed."""
    cdef Levels levels = Levels.__new__(Levels)
    cdef Py_ssize_t at = side.first, found = 0
    levels.sign = side.sign
    levels.make_room(side.count)
    while at < side.width and side.base + at <= side.last_key:
        levels.pairs[2 * found], levels.pairs[2 * found + 1] = side.base + at, side.lots[at]
        found += 1
        at = following(side, at + 1)
    at = 0
    while at < side.far and side.far_keys[at] <= side.last_key:
        levels.pairs[2 * found], levels.pairs[2 * found + 1] = side.far_keys[at], side.far_lots[at]
        found += 1
        at += 1
    levels.count = found
    return levels


cdef int open_window(Side side, Py_ssize_t width) noexcept:
    """Take a window of a width, with nothing in it; -1 where there is no memory."""
    cdef int64_t *lots = <int64_t *> malloc(width * sizeof(int64_t))
    cdef uint64_t *bits = <uint64_t *> calloc(width >> 6, sizeof(uint64_t))
    if lots == NULL or bits == NULL:
        free(lots)
        free(bits)
        return -1
    free(side.lots)
    free(side.bits)
    side.lots, side.bits = lots, bits
    side.width = side.first = width
    return 0


cdef void empty(Side side) noexcept:
    memset(side.bits, 0, (side.width >> 6) * sizeof(uint64_t))
    side.first = side.width
    side.far = side.count = 0
    side.last_key = HIGHEST


cdef inline Py_ssize_t following(Side side, Py_ssize_t at) noexcept nogil:
    """Give the first level at a place of the window or behind it; `width` where there is none."""
    cdef Py_ssize_t word = at >> 6, words = side.width >> 6
    cdef uint64_t bits
    if word >= words:
        return side.width
    bits = side.bits[word] & (<uint64_t> -1 << (at & 63))
    while bits == 0:
        word += 1
        if word == words:
            return side.width
        bits = side.bits[word]
    return (word << 6) + trailing_zeros(bits)


cdef int put(Side side, int64_t key, int64_t lots) noexcept:
    """Put a size in place; 0 takes the level out; -1 where there is no memory.

    A level beyond the snapshot's range is passed over.
    """
    cdef Py_ssize_t at = key - side.base
    cdef uint64_t bit, word
    if key > side.last_key:
        return 0
    if not 0 <= at < side.width or side.count == 0:
        return put_far(side, key, lots)
    bit = <uint64_t> 1 << (at & 63)
    word = side.bits[at >> 6]
    if lots:
        side.lots[at] = lots
        side.bits[at >> 6] = word | bit
        side.count += not word & bit
        if at < side.first:
            side.first = at
    elif word & bit:
        side.bits[at >> 6] = word & ~bit
        side.count -= 1
        if at == side.first:
            side.first = following(side, at)
            if side.far and side.first > side.width - (side.width >> 2):
                return recentre(side)
    return 0


cdef int put_all(Side side, const int64_t *level, Py_ssize_t count) noexcept:
    """Put sizes in place, keys and sizes in turn; -1 where there is no memory."""
    cdef const int64_t *end = level + 2 * count
    cdef int64_t *lots
    cdef uint64_t *bits
    cdef int64_t base
    cdef uint64_t was, there
    cdef Py_ssize_t at, known, first, levels
    while level < end:
        lots, bits, base, first, levels = side.lots, side.bits, side.base, side.first, side.count
        # Keys of the window that the snapshot spoke of.
        known = min(side.width, side.last_key - base + 1) if levels else 0
        while level < end:
            at = level[0] - base
            if not 0 <= at < known:
                break
            if at <= first:
                if level[1]:
                    first = at
                elif at == first:
                    break
            was, there = bits[at >> 6] >> (at & 63) & 1, level[1] != 0
            bits[at >> 6] ^= (was ^ there) << (at & 63)
            lots[at] = level[1]
            levels += <Py_ssize_t> (there - was)
            level += 2
        side.first, side.count = first, levels
        if level < end:
            if put(side, level[0], level[1]) < 0:
                return -1
            level += 2
    return 0


cdef int put_far(Side side, int64_t key, int64_t lots) noexcept:
    """Put a size where the window is not, or where it has to move first."""
    if side.count == 0:
        if not lots:
            return 0
        side.base = key - (side.width >> 2)
        side.first = key - side.base
        side.lots[side.first] = lots
        side.bits[side.first >> 6] |= <uint64_t> 1 << (side.first & 63)
        side.count = 1
        return 0
    if key < side.base:
        if not lots:
            return 0
        return -1 if move(side, key, side.width) < 0 else put(side, key, lots)
    cdef Py_ssize_t at = position(side, key)
    if at < side.far and side.far_keys[at] == key:
        if lots:
            side.far_lots[at] = lots
        else:
            drop_far(side, at)
        return 0
    return insert_far(side, at, key, lots) if lots else 0


cdef Py_ssize_t position(Side side, int64_t key) noexcept:
    """Give where a key stands among the far ones, or would stand."""
    cdef Py_ssize_t low = 0, high = side.far, middle
    while low < high:
        middle = (low + high) >> 1
        if side.far_keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


cdef void drop_far(Side side, Py_ssize_t at) noexcept:
    cdef Py_ssize_t rest = side.far - at - 1
    memmove(side.far_keys + at, side.far_keys + at + 1, rest * sizeof(int64_t))
    memmove(side.far_lots + at, side.far_lots + at + 1, rest * sizeof(int64_t))
    side.far -= 1
    side.count -= 1


cdef int insert_far(Side side, Py_ssize_t at, int64_t key, int64_t lots) noexcept:
    cdef Py_ssize_t rest = side.far - at
    if make_room(side, side.far + 1) < 0:
        return -1
    memmove(side.far_keys + at + 1, side.far_keys + at, rest * sizeof(int64_t))
    memmove(side.far_lots + at + 1, side.far_lots + at, rest * sizeof(int64_t))
    side.far_keys[at] = key
    side.far_lots[at] = lots
    side.far += 1
    side.count += 1
    if (
        side.far > MANY
        and side.width < LARGEST
        and side.far_keys[side.far >> 1] < side.base + 2 * side.width
    ):
        return move(side, side.base + side.first, 2 * side.width)
    return 0


cdef int make_room(Side side, Py_ssize_t wanted) noexcept:
    cdef Py_ssize_t room = side.far_room
    if wanted <= room:
        return 0
    room = wanted + (wanted >> 1) + 8
    cdef int64_t *keys = <int64_t *> realloc(side.far_keys, room * sizeof(int64_t))
    if keys == NULL:
        return -1
    side.far_keys = keys
    cdef int64_t *lots = <int64_t *> realloc(side.far_lots, room * sizeof(int64_t))
    if lots == NULL:
        return -1
    side.far_lots = lots
    side.far_room = room
    return 0


cdef int move(Side side, int64_t key, Py_ssize_t width) noexcept:
    """Lay a window of this width so that a key is a quarter of it from its beginning."""
    cdef int64_t *keys = <int64_t *> malloc(2 * (side.count + 1) * sizeof(int64_t))
    cdef int64_t *lots = keys + side.count + 1
    cdef Py_ssize_t at = side.first, found = 0, each
    if keys == NULL:
        return -1
    while at < side.width:
        keys[found] = side.base + at
        lots[found] = side.lots[at]
        found += 1
        at = following(side, at + 1)
    if side.far:
        memcpy(keys + found, side.far_keys, side.far * sizeof(int64_t))
        memcpy(lots + found, side.far_lots, side.far * sizeof(int64_t))
        found += side.far
    if make_room(side, found) < 0 or open_window(side, width) < 0:
        free(keys)
        return -1
    side.base = key - (width >> 2)
    side.far = 0
    for each in range(found):
        at = keys[each] - side.base
        if at < width:
            side.lots[at] = lots[each]
            side.bits[at >> 6] |= <uint64_t> 1 << (at & 63)
            if at < side.first:
                side.first = at
        else:
            side.far_keys[side.far] = keys[each]
            side.far_lots[side.far] = lots[each]
            side.far += 1
    free(keys)
    return 0


cdef int recentre(Side side) noexcept:
    """Move the window to where the best level is now."""
    if side.first == side.width:
        return move(side, side.far_keys[0], side.width)
    return move(side, side.base + side.first, side.width)


cdef void keep(Side side, Py_ssize_t limit) noexcept:
    cdef Py_ssize_t word = (side.width >> 6) - 1
    if limit < 0:
        limit = 0
    while side.count > limit and side.far:
        side.far -= 1
        side.count -= 1
    while side.count > limit:
        while side.bits[word] == 0:
            word -= 1
        side.bits[word] ^= <uint64_t> 1 << (63 - leading_zeros(side.bits[word]))
        side.count -= 1
    if side.count == 0:
        side.first = side.width


cdef inline bint is_thin(Side side) noexcept nogil:
    if side.last_key == HIGHEST or side.count == 0:
        return False
    return 2 * (side.last_key - side.base - side.first) < side.reach


cdef inline bint reaches(Side side) noexcept nogil:
    return side.last_key == HIGHEST or (side.count > 0 and side.base + side.first <= side.last_key)
