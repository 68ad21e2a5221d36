"""JSON frames by a plan: where the parts of a book message stand, found in one pass.

What is passed over is checked as well: a frame is SURE only if it is JSON from beginning to end,
without an escape, a byte beyond ASCII or a part that is there twice.
"""

cdef enum:
    MOST_DEEP = 32
    MOST_NODES = 16
    MOST_KEYS = 12
    MOST_WORDS = 16
    MOST_TURNS = 16
    LONGEST_KEY = 14

    OBJECT = 0
    ROWS = 1
    TOKEN = 2
    # A whole number; one may be two of the parts.
    WHOLE = 3
    LEVELS = 4
    WORD = 5
    # A text that is one level of either side.
    CHANGE = 6

    FIRST = 0
    FINAL = 1
    PREVIOUS = 2
    HAPPENED = 3
    CHECKSUM = 4

NUMBERED = ("first", "final", "previous", "happened", "checksum")

cdef struct Key:
    const uint8_t *text
    Py_ssize_t length
    int kind
    # Of the node, the number, the side or the word that stands here.
    int index
    # Of another number that is the same; else negative.
    int also
    uint32_t bit

cdef struct Turn:
    # A key as the last frame had it at this place, with the quote and the colon behind it.
    uint64_t[2] text
    uint64_t[2] mask
    int length
    Key *key

cdef struct Node:
    Key[MOST_KEYS] keys
    int count
    Turn[MOST_TURNS] turns

cdef struct Word:
    const uint8_t *text
    Py_ssize_t length
    int index
    bint snapshot


cdef inline const uint8_t *blank(const uint8_t *p) noexcept nogil:
    while p[0] == 32 or 9 <= p[0] <= 10 or p[0] == 13:
        p += 1
    return p


cdef inline int string(const uint8_t **at, const uint8_t **text, Py_ssize_t *length) noexcept nogil:
    """Read a string behind its first quote, of printable ASCII without escapes."""
    cdef const uint8_t *p = at[0]
    text[0] = p
    while p[0] != 34:  # "
        if p[0] - 32u > 94 or p[0] == 92:  # a backslash
            return UNSURE
        p += 1
    length[0] = p - text[0]
    at[0] = p + 1
    return SURE


cdef int number_passed(const uint8_t **at) noexcept nogil:
    cdef const uint8_t *p = at[0]
    p += p[0] == 45  # -
    if p[0] == 48:
        p += 1
    elif 49 <= p[0] <= 57:
        while 48 <= p[0] <= 57:
            p += 1
    else:
        return UNSURE
    if p[0] == 46:  # .
        p += 1
        if not 48 <= p[0] <= 57:
            return UNSURE
        while 48 <= p[0] <= 57:
            p += 1
    if p[0] == 101 or p[0] == 69:  # e
        return UNSURE
    at[0] = p
    return SURE


cdef inline int literal_passed(const uint8_t **at, const char *text) noexcept nogil:
    cdef const uint8_t *p = at[0]
    while text[0]:
        if p[0] != <uint8_t> text[0]:
            return UNSURE
        p += 1
        text += 1
    at[0] = p
    return SURE


cdef int passed(const uint8_t **at, int deep) noexcept nogil:
    """Pass over any value."""
    cdef uint8_t begins = at[0][0]
    cdef const uint8_t *text
    cdef Py_ssize_t length
    if begins == 34:  # "
        at[0] += 1
        return string(at, &text, &length)
    if begins == 123 or begins == 91:  # { [
        return members_passed(at, begins + 2, deep + 1)
    if begins == 116:
        return literal_passed(at, b"true")
    if begins == 102:
        return literal_passed(at, b"false")
    if begins == 110:
        return literal_passed(at, b"null")
    return number_passed(at)


cdef int members_passed(const uint8_t **at, uint8_t closes, int deep) noexcept nogil:
    """Pass over an object or a list; `closes` is the bracket that ends it."""
    cdef const uint8_t *text
    cdef Py_ssize_t length
    if deep > MOST_DEEP:
        return UNSURE
    at[0] = blank(at[0] + 1)
    if at[0][0] == closes:
        at[0] += 1
        return SURE
    while True:
        if closes == 125:  # }
            if at[0][0] != 34:
                return UNSURE
            at[0] += 1
            if string(at, &text, &length) != SURE:
                return UNSURE
            at[0] = blank(at[0])
            if at[0][0] != 58:  # :
                return UNSURE
            at[0] = blank(at[0] + 1)
        if passed(at, deep) != SURE:
            return UNSURE
        at[0] = blank(at[0])
        if at[0][0] == closes:
            at[0] += 1
            return SURE
        if at[0][0] != 44:  # ,
            return UNSURE
        at[0] = blank(at[0] + 1)


@cython.final
cdef class JsonPlan(Plan):
    """One kind of book message, made ready for looking it up in frames.

    Args:
        parts: paths and what stands there: "token", "first", "final", "previous", "happened",
            "checksum", "bids", "asks", "change" for one level of either side, or "word"s that say
            what a frame is.
        optional: paths that may be left out.
        words: for each "word", what may stand there, as JSON, and whether it says that the message
            is a whole book.
        each: the key that stands for the rows of a list.
        form: how many items a level has, and whether they are numbers and not strings.
    """

    cdef Node[MOST_NODES] nodes
    cdef int count
    cdef uint32_t required
    cdef uint32_t bits
    cdef Word[MOST_WORDS] accepted
    cdef int words
    cdef list texts
    cdef Form form

    def __cinit__(self, list parts, set optional, dict words, str each, tuple form):
        self.count, self.bits, self.required, self.words = 1, 0, 0, 0
        memset(&self.nodes[0], 0, sizeof(Node))
        self.texts = []
        self.form.items, self.form.bare = form
        for path, role in parts:
            self._plant(path, role, path in optional, words.get(path), each)

    cdef _plant(self, tuple path, str role, bint optional, object accepted, str each):
        cdef int node = 0, at
        cdef Key *key
        for at, part in enumerate(path):
            if part == each:
                continue
            key = self._key(node, part.encode())
            if at < len(path) - 1:
                if key.kind < 0:
                    if self.count == MOST_NODES:
                        raise ValueError("too deep a layout")
                    key.kind = ROWS if path[at + 1] == each else OBJECT
                    key.index = self.count
                    memset(&self.nodes[self.count], 0, sizeof(Node))
                    self.count += 1
                node = key.index
                continue
            self._leaf(key, role, accepted)
            if not optional:
                self.required |= key.bit

    cdef Key *_key(self, int node, bytes text) except NULL:
        cdef int at
        cdef Key *key
        for at in range(self.nodes[node].count):
            key = &self.nodes[node].keys[at]
            if key.text[:key.length] == text:
                return key
        if self.nodes[node].count == MOST_KEYS or self.bits == 31:
            raise ValueError("too many parts in a layout")
        self.texts.append(text)
        key = &self.nodes[node].keys[self.nodes[node].count]
        self.nodes[node].count += 1
        key.text, key.length = text, len(text)
        key.kind = -1
        key.bit = <uint32_t> 1 << self.bits
        self.bits += 1
        return key

    cdef int _leaf(self, Key *key, str role, object accepted) except -1:
        if key.kind == WHOLE and key.also < 0 and role in NUMBERED:
            key.also = NUMBERED.index(role)
        elif key.kind >= 0:
            raise ValueError(f"{role} stands where another part does")
        elif role == "token":
            key.kind, key.index = TOKEN, 0
        elif role == "bids" or role == "asks":
            key.kind, key.index = LEVELS, role == "asks"
        elif role == "change":
            key.kind = CHANGE
        elif role == "word":
            key.kind, key.index = WORD, key.bit
            for text, snapshot in accepted.items():
                self._accept(text, key.index, snapshot)
        else:
            key.kind, key.index, key.also = WHOLE, NUMBERED.index(role), -1
        return 0

    cdef int _accept(self, bytes text, int index, bint snapshot) except -1:
        if self.words == MOST_WORDS:
            raise ValueError("too many words in a layout")
        self.texts.append(text)
        self.accepted[self.words].text = text
        self.accepted[self.words].length = len(text)
        self.accepted[self.words].index = index
        self.accepted[self.words].snapshot = snapshot
        self.words += 1
        return 0

    cdef int read(self, const uint8_t *frame, Py_ssize_t length, Read *read) noexcept:
        """Find the parts of a frame that ends in a zero byte."""
        cdef const uint8_t *p = blank(frame)
        if p[0] != 123:  # {
            return UNSURE
        if self._object(&p, 0, read) != SURE or blank(p) != frame + length:
            return UNSURE
        if read.differs or (read.seen & self.required) != self.required:
            return OTHER
        return self._later(read)

    cdef int _later(self, Read *read) noexcept:
        """Read the levels that came before it was known whose they are."""
        cdef int side
        for side in range(2):
            if read.later[side] != NULL and levels(&read.later[side], &self.form, read, side) != SURE:
                return UNSURE
        return SURE

    cdef int _object(self, const uint8_t **at, int node, Read *read) noexcept:
        """Read an object from its bracket on."""
        cdef Node *here = &self.nodes[node]
        cdef const uint8_t *text = NULL
        cdef Py_ssize_t length = 0
        cdef int turn = 0, told
        cdef Key *key
        at[0] = blank(at[0] + 1)
        if at[0][0] == 125:  # }
            at[0] += 1
            return SURE
        while True:
            if turn < MOST_TURNS and is_turn(&here.turns[turn], at[0], read.end):
                key = here.turns[turn].key
                at[0] += here.turns[turn].length
            else:
                if at[0][0] != 34:  # "
                    return UNSURE
                at[0] += 1
                if string(at, &text, &length) != SURE:
                    return UNSURE
                key = find(here, text, length)
                if turn < MOST_TURNS and at[0][0] == 58:
                    remember(&here.turns[turn], text, length, key)
                at[0] = blank(at[0])
                if at[0][0] != 58:  # :
                    return UNSURE
                at[0] += 1
            turn += 1
            at[0] = blank(at[0])
            told = passed(at, 0) if key == NULL else self._part(at, key, read)
            if told != SURE:
                return UNSURE
            if at[0][0] != 44:  # ,
                at[0] = blank(at[0])
                if at[0][0] == 125:  # }
                    at[0] += 1
                    return SURE
                if at[0][0] != 44:
                    return UNSURE
            at[0] = blank(at[0] + 1)

    cdef int _part(self, const uint8_t **at, Key *key, Read *read) noexcept:
        cdef int told
        if read.seen & key.bit:
            return UNSURE
        read.seen |= key.bit
        if key.kind == LEVELS:
            if at[0][0] != 91:  # [
                return UNSURE
            at[0] += 1
            if read.lane != NULL:
                return levels(at, &self.form, read, key.index)
            read.later[key.index] = at[0]
            at[0] -= 1
            return passed(at, 0)
        if key.kind == WHOLE:
            if quoted_whole(at, read.end, &read.numbers[key.index]) != SURE:
                return UNSURE
            if key.also >= 0:
                read.numbers[key.also] = read.numbers[key.index]
            return SURE
        if key.kind == TOKEN:
            if at[0][0] != 34:  # "
                return UNSURE
            at[0] += 1
            return (<Lanes> read.lanes).find(at, read)
        if key.kind == WORD:
            return self._word(at, key.index, read)
        if key.kind == CHANGE:
            return change(at, read)
        if key.kind == ROWS:
            if at[0][0] != 91:  # [
                return UNSURE
            at[0] = blank(at[0] + 1)
        if at[0][0] != 123:  # {
            return UNSURE
        told = self._object(at, key.index, read)
        if key.kind == ROWS and told == SURE:
            at[0] = blank(at[0])
            if at[0][0] != 93:  # ]: one row, and no more
                return UNSURE
            at[0] += 1
        return told

    cdef int _word(self, const uint8_t **at, int index, Read *read) noexcept:
        """Read a value that says what a frame is."""
        cdef const uint8_t *begin = at[0]
        cdef Py_ssize_t length
        cdef int each
        cdef Word *word
        for each in range(self.words):
            word = &self.accepted[each]
            if (
                word.index == index
                and word.text[0] == 34
                and read.end - begin > word.length
                and memcmp(word.text, begin, word.length) == 0
            ):
                read.snapshot |= word.snapshot
                at[0] += word.length
                return SURE
        if begin[0] == 123 or begin[0] == 91 or passed(at, 0) != SURE:  # { [
            return UNSURE
        length = at[0] - begin
        for each in range(self.words):
            word = &self.accepted[each]
            if (
                word.index == index
                and word.length == length
                and memcmp(word.text, begin, length) == 0
            ):
                read.snapshot |= word.snapshot
                return SURE
        read.differs = True
        return SURE


cdef inline bint is_turn(const Turn *turn, const uint8_t *p, const uint8_t *end) noexcept nogil:
    """Tell whether a key is the one that was here before."""
    cdef uint64_t[2] text
    if turn.length == 0 or end - p <= 16 or p[0] != 34:
        return False
    memcpy(text, p + 1, 16)
    return ((text[0] ^ turn.text[0]) & turn.mask[0] | (text[1] ^ turn.text[1]) & turn.mask[1]) == 0


cdef void remember(Turn *turn, const uint8_t *text, Py_ssize_t length, Key *key) noexcept nogil:
    turn.length = 0
    if length > LONGEST_KEY:
        return
    memset(turn.text, 0, 16)
    memset(turn.mask, 0, 16)
    memcpy(turn.text, text, length + 2)
    memset(turn.mask, 255, length + 2)
    turn.length = length + 3
    turn.key = key


cdef Key *find(Node *node, const uint8_t *text, Py_ssize_t length) noexcept nogil:
    """Find a key of a node, or NULL."""
    cdef int at
    for at in range(node.count):
        if node.keys[at].length == length and memcmp(node.keys[at].text, text, length) == 0:
            return &node.keys[at]
    return NULL


cdef inline int quoted_whole(
    const uint8_t **at, const uint8_t *end, int64_t *value
) noexcept nogil:
    """Read a whole number, or a string of one."""
    if at[0][0] != 34:  # "
        return whole(at, end, value)
    at[0] += 1
    if whole(at, end, value) != SURE or at[0][0] != 34:
        return UNSURE
    at[0] += 1
    return SURE
