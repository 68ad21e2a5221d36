"""The ordinary message: one that follows, is plain to read, and leaves its book right.

Nothing is decided here that is not certain. Where a message is anything but ordinary it has changed
no more than levels, which it will write again, and whoever reads all messages takes it from there.
"""

cdef enum:
    MOST_KINDS = 8
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
    cdef Forms forms

    def __cinit__(self, object pair, int follows, *, int look_every, object keep, bint zero):
        self.pair, self.follows, self.zero = pair, follows, zero
        self.look_every = look_every
        self.keep = -1 if keep is None else keep

    def take(self, Side bids, Side asks, scale):
        """Keep the book in these from now on."""
        self.bids, self.asks = bids, asks
        if scale is not self.scale:
            self.scale = scale
            self.price_places, self.size_places = scale.price_places, scale.size_places
            memset(&self.forms, 0, sizeof(Forms))

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
        cdef Side bids = self.bids, asks = self.asks
        if put_all(bids, read.levels[0], read.counts[0]) < 0:
            return -1
        if put_all(asks, read.levels[1], read.counts[1]) < 0:
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


cdef struct Slot:
    # A token's place in the table; free where the lane is NULL.
    uint64_t hash
    const uint8_t *token
    Py_ssize_t length
    void *lane

cdef struct Kind:
    void *plan
    const char *marker
    Py_ssize_t marker_length
    # Nanoseconds of what its time counts in, and the last moment that can be told.
    int64_t unit
    int64_t latest


@cython.final
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
    cdef Kind kinds[MOST_KINDS]
    cdef int count
    cdef dict lanes
    cdef Slot *slots
    cdef Py_ssize_t size
    cdef PyTypeObject *update
    cdef object update_type
    cdef Read read
    cdef Py_ssize_t room
    cdef Slot latest
    cdef tuple last
    cdef tuple last_but_one
    # When the last ordinary frame came.
    cdef int64_t heard_ns

    def __cinit__(self, list plans, type update):
        if len(plans) > MOST_KINDS:
            raise ValueError("too many kinds of message")
        self.plans = plans
        for plan, marker, unit in plans:
            self.kinds[self.count].plan = NULL if plan is None else <void *> <Plan> plan
            self.kinds[self.count].marker = <bytes> marker
            self.kinds[self.count].marker_length = len(marker)
            self.kinds[self.count].unit = unit
            self.kinds[self.count].latest = LATEST // unit
            self.count += 1
        self.lanes = {}
        self.update_type = update
        self.update = <PyTypeObject *> update
        self.read.lanes = <void *> self
        self._arrange()

    def __dealloc__(self):
        free(self.read.levels[0])
        free(self.read.levels[1])
        free(self.slots)

    def put(self, str token, Lane lane not None):
        """Keep a book's lane under a token; only text that needs no escape is looked up."""
        self.lanes[token.encode()] = lane
        self._arrange()

    def drop(self, str token):
        """Forget a token."""
        if self.lanes.pop(token.encode(), None) is not None:
            self._arrange()

    def take(self, bytes frame not None, object at_ns):
        """Write an ordinary message and tell of it; None for every other frame."""
        return self.hear(frame, at_ns)

    cdef object hear(self, bytes frame, object at_ns):
        cdef Py_ssize_t length = PyBytes_GET_SIZE(frame)
        cdef const uint8_t *text = <const uint8_t *> PyBytes_AS_STRING(frame)
        cdef Kind *kind
        cdef int at, told
        if self._make_room(length) < 0:
            return None
        self.read.end = text + length
        for at in range(self.count):
            kind = &self.kinds[at]
            if kind.marker_length and not memmem(text, length, kind.marker, kind.marker_length):
                continue
            if kind.plan == NULL:
                return None
            self._clear()
            told = (<Plan> kind.plan).read(text, length, &self.read)
            if told == UNSURE:
                return None
            if told == SURE:
                return self._hear(at_ns, kind)
        return None

    cdef int _arrange(self) except -1:
        """Lay out the table anew."""
        cdef Py_ssize_t size = 16, place
        cdef Slot *slots
        cdef Slot slot
        while size < 2 * len(self.lanes):
            size *= 2
        slots = <Slot *> calloc(size, sizeof(Slot))
        if slots == NULL:
            raise MemoryError
        for token, lane in self.lanes.items():
            slot.token, slot.length = <bytes> token, len(token)
            slot.hash, slot.lane = hash_of(slot.token, slot.length), <void *> <Lane> lane
            place = slot.hash & (size - 1)
            while slots[place].lane != NULL:
                place = (place + 1) & (size - 1)
            slots[place] = slot
        free(self.slots)
        self.slots, self.size = slots, size
        self.latest.lane = NULL
        return 0

    cdef int find(self, const uint8_t **at, Read *read) noexcept:
        """Read a token behind its first quote, and find whose message it is."""
        cdef const uint8_t *token = at[0]
        cdef Py_ssize_t length = self.latest.length
        if (
            self.latest.lane != NULL
            and read.end - token > length
            and token[length] == 34  # "
            and memcmp(self.latest.token, token, length) == 0
        ):
            at[0] += length + 1
            return self._give(read)
        if string(at, &token, &length) != SURE:
            return UNSURE
        return self.find_text(token, length, read)

    cdef int find_text(self, const uint8_t *token, Py_ssize_t length, Read *read) noexcept:
        """Find whose message it is by a token."""
        cdef Py_ssize_t place
        cdef uint64_t hash
        if not (
            self.latest.lane != NULL
            and self.latest.length == length
            and memcmp(self.latest.token, token, length) == 0
        ):
            hash = hash_of(token, length)
            place = hash & (self.size - 1)
            while (
                self.slots[place].lane != NULL
                and not (
                    self.slots[place].hash == hash
                    and self.slots[place].length == length
                    and memcmp(self.slots[place].token, token, length) == 0
                )
            ):
                place = (place + 1) & (self.size - 1)
            if self.slots[place].lane == NULL:
                return UNSURE
            self.latest = self.slots[place]
        return self._give(read)

    cdef int _give(self, Read *read) noexcept:
        """Take the latest lane for the message's."""
        cdef Lane lane = <Lane> self.latest.lane
        if not lane.ordinary:
            return UNSURE
        read.lane = self.latest.lane
        read.price_places, read.size_places = lane.price_places, lane.size_places
        read.forms = &lane.forms
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

    cdef object _hear(self, object at_ns, const Kind *kind):
        cdef Read *read = &self.read
        cdef Lane lane = <Lane> read.lane
        cdef int64_t now = at_ns, happened = read.numbers[HAPPENED]
        cdef int written
        if read.snapshot or not 0 <= happened < kind.latest:
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
        lane.last, lane.happened_ns = read.numbers[FINAL], happened * kind.unit
        lane.heard_ns = lane.good_ns = self.heard_ns = now
        lane.updates += 1
        return self._told(lane, at_ns)

    cdef tuple _told(self, Lane lane, object at_ns):
        """Tell of a message by what told of the last but one, where nobody has that any more.

        The last one is still in the hands of whoever asks frame by frame.
        """
        cdef tuple told = self.last_but_one
        cdef object update
        self.last_but_one = self.last
        if told is None or references(told) > 1:
            told = PyTuple_New(1)
        self.last = told
        if item(told, 0) == NULL or item(told, 0).ob_refcnt > 1:
            # A named tuple without the call that makes one.
            update = PyType_GenericAlloc(self.update, 8)
            give(update, 1, False)
            give(told, 0, update)
        else:
            update = <object> item(told, 0)
        give(update, 0, lane.pair)
        give(update, 2, lane.last)
        self._give_levels(update, 0)
        self._give_levels(update, 1)
        give(update, 5, lane.scale)
        give(update, 6, lane.happened_ns)
        give(update, 7, at_ns)
        return told

    cdef int _give_levels(self, object update, int side) except -1:
        cdef PyObject *there = item(update, 3 + side)
        cdef Levels levels
        if there == NULL or there.ob_refcnt > 1:
            levels = Levels.__new__(Levels)
            levels.sign = 1 if side else -1
            give(update, 3 + side, levels)
        else:
            levels = <Levels> there
        return levels.fill(self.read.levels[side], self.read.counts[side])


cdef inline uint64_t hash_of(const uint8_t *text, Py_ssize_t length) noexcept nogil:
    cdef uint64_t hash = length * 0x9E3779B97F4A7C15ULL, part
    while length >= 8:
        memcpy(&part, text, 8)
        hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL
        hash ^= hash >> 29
        text += 8
        length -= 8
    part = 0
    memcpy(&part, text, length)
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL
    return hash ^ hash >> 32


cdef inline void give(object told, Py_ssize_t place, object part):
    """Put a part in its place, where there may be another."""
    cdef PyObject *old = item(told, place)
    if old == <PyObject *> part:
        return
    Py_INCREF(part)
    PyTuple_SET_ITEM(told, place, part)
    Py_XDECREF(old)


@cython.final
cdef class Ear:
    """What a connection hears with: ordinary frames go to its lanes, all others to somebody slower.

    Args:
        lanes: where its books are.
        slower: takes every other frame, with its time.
    """

    cdef Lanes lanes
    cdef object slower, tell, whom, others, clock
    cdef readonly int64_t heard_ns
    cdef public int64_t wake_ns
    cdef int64_t frames, size

    def __cinit__(self, Lanes lanes not None, object slower):
        self.lanes, self.slower = lanes, slower

    def join(self, object tell, object whom, object others, object clock):
        """Be joined to a connection, whose frames come to `frame` from now on.

        Args:
            tell: is called with `whom` and what an ordinary frame tells.
            whom: the connection.
            others: takes every other frame, and each that comes at `wake_ns` or later.
            clock: gives the time.
        """
        self.tell, self.whom, self.others, self.clock = tell, whom, others, clock

    def counted(self):
        """Give how many ordinary frames came to `frame` since the last time, and their bytes."""
        frames, size = self.frames, self.size
        self.frames = self.size = 0
        return frames, size

    def frame(self, object payload):
        """Take one frame of the connection."""
        cdef object at_ns = self.clock()
        cdef int64_t now = at_ns
        cdef object told
        if now < self.wake_ns and type(payload) is bytes:
            told = self.lanes.hear(<bytes> payload, at_ns)
            if told is not None:
                self.heard_ns = now
                self.frames += 1
                self.size += PyBytes_GET_SIZE(payload)
                self.tell(self.whom, <object> item(told, 0))
                return
        self.others(payload)

    def receive(self, object frame, object at_ns):
        """Take one frame."""
        if type(frame) is bytes:
            told = self.lanes.hear(<bytes> frame, at_ns)
            if told is not None:
                self.heard_ns = self.lanes.heard_ns
                return told
        return self.slower(frame, at_ns)
