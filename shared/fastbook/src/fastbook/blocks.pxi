"""Thirty-two bytes of text at once.

A venue writes the levels of one book alike: as many digits, the point where it was before. The form
of a level that was read is kept, as what each of its bytes has to be, and another level of this form
is read without looking for where its numbers end.
"""

cdef extern from *:
    """
    #define BLOCK 32
    #define AHEAD (BLOCK + 16) /* bytes that have to be there where a block is read */

    #if defined(__SSE2__)
    #include <emmintrin.h>

    static inline __m128i outside(const uint8_t *text, const uint8_t *least, const uint8_t *most) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *) text);
        return _mm_or_si128(
            _mm_subs_epu8(_mm_loadu_si128((const __m128i *) least), bytes),
            _mm_subs_epu8(bytes, _mm_loadu_si128((const __m128i *) most)));
    }

    /* Whether each byte of a block is one of those that it may be. */
    static inline int is_within(const uint8_t *text, const uint8_t *least, const uint8_t *most) {
        const __m128i wrong = _mm_or_si128(
            outside(text, least, most), outside(text + 16, least + 16, most + 16));
        return _mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) == 0xFFFF;
    }
    #else
    static inline int is_within(const uint8_t *text, const uint8_t *least, const uint8_t *most) {
        int wrong = 0;
        for (int at = 0; at < BLOCK; at++)
            wrong |= (text[at] < least[at]) | (text[at] > most[at]);
        return !wrong;
    }
    #endif
    """
    enum:
        BLOCK
        AHEAD
    int is_within(const uint8_t *text, const uint8_t *least, const uint8_t *most) noexcept nogil

cdef enum:
    FORMS = 4
    # After so many levels of no known form the next is made known.
    PATIENCE = 16
    MOST_AT_ONCE = 8

cdef struct Short:
    # A number of at most eight digits in a block: where it begins, which bytes are ahead of its
    # point, how many bits too few it has, and what it is counted in.
    int begin
    int missing
    uint64_t ahead
    int64_t unit

cdef struct Written:
    # How a level is written: least and most of each byte, and how many bytes it has.
    uint8_t[BLOCK] least
    uint8_t[BLOCK] most
    Short price
    Short size
    int length

cdef struct Forms:
    Written[FORMS] known
    int count
    # The one that is replaced next, and how many levels were of none.
    int oldest
    int strangers


cdef inline int64_t short_number(const uint8_t *block, const Short *form) noexcept nogil:
    cdef const uint8_t *p = block + form.begin
    cdef uint64_t digits = eight_bytes(p) & form.ahead | eight_bytes(p + 1) & ~form.ahead
    return eight_digits(digits << form.missing) * form.unit


cdef inline const Written *form_of(
    const uint8_t *block, const Written *last, const Forms *forms
) noexcept nogil:
    """Give the form that a level has, the last one's first; NULL where it is not known."""
    cdef int at
    if is_within(block, last.least, last.most):
        return last
    for at in range(forms.count):
        if is_within(block, forms.known[at].least, forms.known[at].most):
            return &forms.known[at]
    return NULL


cdef void learn(
    Forms *forms, const uint8_t *level, const uint8_t *price_end, const uint8_t *size_end,
    int price_places, int size_places,
) noexcept nogil:
    """Make the form of a level known that has been read, if it is short enough."""
    cdef Written form
    cdef Py_ssize_t length = size_end + 2 - level
    if forms.strangers:
        forms.strangers -= 1
        return
    if length > BLOCK:
        return
    memset(form.least, 0, BLOCK)
    memset(form.most, 255, BLOCK)
    memcpy(form.least, level, length)
    memcpy(form.most, level, length)
    form.length = <int> length
    if (
        learn_number(&form, &form.price, level, 2, price_end, price_places)
        and learn_number(&form, &form.size, level, price_end + 3 - level, size_end, size_places)
    ):
        forms.known[forms.oldest] = form
        forms.oldest = (forms.oldest + 1) % FORMS
        forms.count = min(forms.count + 1, FORMS)
        if forms.count == FORMS:
            forms.strangers = PATIENCE


cdef bint learn_number(
    Written *form, Short *number, const uint8_t *level, Py_ssize_t begin, const uint8_t *end,
    int places,
) noexcept nogil:
    """Make known how a number is written; no where it has more digits than are read at once."""
    cdef Py_ssize_t length = end - level - begin, point = length, digits, at
    cdef Py_ssize_t zeros
    for at in range(length):
        if level[begin + at] == 46:  # .
            point = at
        else:
            form.least[begin + at] = 48
            form.most[begin + at] = 57
    digits = length - (point < length)
    # Zeros behind the last place say nothing, and nothing else may stand there.
    zeros = max(digits - point - places, 0)
    memset(form.most + begin + length - zeros, 48, zeros)
    digits -= zeros
    if digits > MOST_AT_ONCE:
        return False
    number.begin = <int> begin
    number.missing = <int> (64 - 8 * digits)
    number.ahead = (<uint64_t> 1 << 8 * point) - 1 if point < 8 else <uint64_t> -1
    number.unit = POWERS[places - (digits - point)]
    return True
