"""The ordinary message: one that follows, is plain to read, and leaves its book right.

Nothing is decided here that is not certain. Where a message is anything but ordinary it has changed
no more than levels, which it will write again, and whoever reads all messages takes it from there.
"""

cdef enum:
    # Bytes of a frame; a longer one is nobody's book.
    LONGEST = 1 << 24

    NEXT = 0
    OVERLAP = 1
    AFTER = 2
    ALWAYS = 3

FOLLOWS = {"next": NEXT, "overlap": OVERLAP, "previous": AFTER, "checked": ALWAYS}
"""The laws that are known here, by name."""


cdef class Lane:
    """Where one book stands, for as long as its messages are ordinary ones.

    Args:
        pair: our name of it.
        follows: a number out of `FOLLOWS`.
        look_every: the range of a snapshot is looked at each so many messages; 0 for never.
        keep: how many levels of a side there are at most; None for as many as come.
        zero: 0 in a message's checksum says that there is none; otherwise there is none at all.
    """

    cdef public int64_t last, happened_ns, heard_ns, good_ns, updates
    # Nothing is missing, waited for or doubted.
    cdef public bint ordinary
    cdef readonly object pair
    cdef Side bids, asks
    cdef object scale
    cdef int price_places, size_places
    cdef int follows
    cdef int64_t look_every
    cdef Py_ssize_t keep
    cdef bint zero

    def __cinit__(self, object pair, int follows, *, int look_every, object keep, bint zero):
        self.pair, self.follows, self.zero = pair, follows, zero
        self.look_every = look_every
        self.keep = -1 if keep is None else keep

    def take(self, Side bids, Side asks, scale):
        """Keep the book in these from now on."""
        self.bids, self.asks, self.scale = bids, asks, scale
        self.price_places, self.size_places = scale.price_places, scale.size_places

    def leave(self):
        """Keep no book any more."""
        self.bids = self.asks = None
        self.ordinary = False

    cdef bint follows_on(self, const Read *read) noexcept:
        cdef int64_t first = read.numbers[FIRST], final = read.numbers[FINAL]
        if self.follows == NEXT:
            return first == self.last + 1
        if self.follows == OVERLAP:
            return first <= self.last + 1 <= final
        if self.follows == AFTER:
            return read.numbers[PREVIOUS] == self.last
        return True

    cdef int write(self, const Read *read) noexcept:
        """Write the levels; 1 if the book is right then, 0 if not, -1 where there is no memory."""
        cdef const int64_t *pair = read.levels[0]
        cdef Py_ssize_t at
        cdef Side bids = self.bids, asks = self.asks
        for at in range(read.counts[0]):
            if put(bids, pair[2 * at], pair[2 * at + 1]) < 0:
                return -1
        pair = read.levels[1]
        for at in range(read.counts[1]):
            if put(asks, pair[2 * at], pair[2 * at + 1]) < 0:
                return -1
        if self.keep >= 0:
            keep(bids, self.keep)
            keep(asks, self.keep)
        if bids.count and asks.count and -(bids.base + bids.first) >= asks.base + asks.first:
            return 0
        if not (reaches(bids) and reaches(asks)):
            return 0
        if self.look_every and (self.updates + 1) % self.look_every == 0:
            return not (is_thin(bids) or is_thin(asks))
        return 1


cdef class Lanes:
    """The books of one connection, by what frames name them by.

    Args:
        plans: kinds of book message in the order of trying: what reads it, None where that is left
            to others; text that its frames hold, empty where the plan asks for it anyway; and how
            many nanoseconds its time counts in.
        update: the named tuple that tells of a message: pair, snapshot, sequence, bids, asks,
            scale, happened_ns, received_ns.
    """

    cdef list plans
    cdef list markers
    cdef list units
    cdef dict lanes
    cdef PyTypeObject *update
    cdef object update_type
    cdef Read read
    cdef Py_ssize_t room
    cdef Lane latest
    cdef bytes latest_token

    def __cinit__(self, list plans, type update):
        self.plans = [plan for plan, _, _ in plans]
        self.markers = [marker for _, marker, _ in plans]
        self.units = [unit for _, _, unit in plans]
        self.lanes = {}
        self.update_type = update
        self.update = <PyTypeObject *> update
        self.read.lanes = <void *> self

    def __dealloc__(self):
        free(self.read.levels[0])
        free(self.read.levels[1])

    def put(self, str token, Lane lane):
        """Keep a book's lane under a token; only text that needs no escape is looked up."""
        self.lanes[token.encode()] = lane

    def drop(self, str token):
        """Forget a token."""
        self.lanes.pop(token.encode(), None)
        self.latest = self.latest_token = None

    def take(self, bytes frame, object at_ns):
        """Write an ordinary message and tell of it; None for every other frame."""
        cdef Py_ssize_t length = PyBytes_GET_SIZE(frame)
        cdef const uint8_t *text = <const uint8_t *> PyBytes_AS_STRING(frame)
        cdef Py_ssize_t at
        cdef int told
        if self._make_room(length) < 0:
            return None
        for at in range(len(self.plans)):
            if self.markers[at] and self.markers[at] not in frame:
                continue
            if self.plans[at] is None:
                return None
            self._clear()
            told = (<JsonPlan> self.plans[at]).read(text, length, &self.read)
            if told == UNSURE:
                return None
            if told == SURE:
                return self._hear(at_ns, self.units[at])
        return None

    cdef int find(self, Read *read) noexcept:
        """Find whose message it is."""
        cdef Py_ssize_t length = read.token_length
        if (
            self.latest is None
            or PyBytes_GET_SIZE(self.latest_token) != length
            or memcmp(PyBytes_AS_STRING(self.latest_token), read.token, length) != 0
        ):
            token = read.token[:length]
            self.latest, self.latest_token = self.lanes.get(token), token
            if self.latest is None:
                return UNSURE
        if not self.latest.ordinary:
            return UNSURE
        read.lane = <void *> self.latest
        read.price_places, read.size_places = self.latest.price_places, self.latest.size_places
        return SURE

    cdef void _clear(self) noexcept:
        cdef Read *read = &self.read
        read.lane = NULL
        memset(read.numbers, 0, sizeof(read.numbers))
        read.later[0] = read.later[1] = NULL
        read.counts[0] = read.counts[1] = 0
        read.seen = 0
        read.snapshot = read.differs = False

    cdef int _make_room(self, Py_ssize_t length) noexcept:
        """Have room for the levels of a frame; `[1,1],` is the shortest way to write one."""
        cdef Py_ssize_t wanted = length // 6 + 1
        cdef int64_t *grown
        cdef int side
        if wanted <= self.room:
            return 0
        if wanted > LONGEST // 6:
            return -1
        wanted += wanted >> 1
        for side in range(2):
            grown = <int64_t *> realloc(self.read.levels[side], 2 * wanted * sizeof(int64_t))
            if grown == NULL:
                return -1
            self.read.levels[side] = grown
        self.room = wanted
        return 0

    cdef object _hear(self, object at_ns, int64_t unit):
        cdef Read *read = &self.read
        cdef Lane lane = <Lane> read.lane
        cdef int64_t now = at_ns, happened = read.numbers[HAPPENED]
        cdef int written
        if read.snapshot or not 0 <= happened < LATEST // unit:
            return None
        if lane.zero and (read.numbers[CHECKSUM] or not read.numbers[FINAL]):
            return None
        if not lane.follows_on(read):
            return None
        written = lane.write(read)
        if written < 0:
            raise MemoryError
        if not written:
            return None
        lane.last, lane.happened_ns = read.numbers[FINAL], happened * unit
        lane.heard_ns = lane.good_ns = now
        lane.updates += 1
        return (self._told(lane, at_ns),)

    cdef object _told(self, Lane lane, object at_ns):
        """Make a named tuple without the call that makes one."""
        told = PyType_GenericAlloc(self.update, 8)
        give(told, 0, lane.pair)
        give(told, 1, False)
        give(told, 2, lane.last)
        give(told, 3, levels_of(self.read.levels[0], self.read.counts[0], -1))
        give(told, 4, levels_of(self.read.levels[1], self.read.counts[1], 1))
        give(told, 5, lane.scale)
        give(told, 6, lane.happened_ns)
        give(told, 7, at_ns)
        return told


cdef inline void give(object told, Py_ssize_t place, object part):
    Py_INCREF(part)
    PyTuple_SET_ITEM(told, place, part)
