# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Order books, compiled: raw frames in, whole numbers in the books, updates out."""

cimport cython

from collections.abc import Sequence

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
cdef extern from "<string.h>":
    void *memmem(const void *text, size_t length, const void *part, size_t part_length) noexcept nogil

from libc.string cimport memcmp, memcpy, memmove, memset

cdef extern from *:
    """
    #define trailing_zeros(bits) __builtin_ctzll(bits)
    #define leading_zeros(bits) __builtin_clzll(bits)
    #define HIGHEST 1000000000000000000LL /* of keys and sizes */
    #define LATEST 9000000000000000000LL /* of moments */
    #define references(one) Py_REFCNT(one)
    #define item(tuple, place) PyTuple_GET_ITEM(tuple, place)
    """
    int trailing_zeros(uint64_t bits) noexcept nogil
    int leading_zeros(uint64_t bits) noexcept nogil
    int64_t HIGHEST
    int64_t LATEST
    Py_ssize_t references(object one) noexcept
    PyObject *item(object tuple, Py_ssize_t place) noexcept
    bint PyUnicode_IS_ASCII(object text) noexcept
    object PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t count)

include "numbers.pxi"
include "blocks.pxi"
include "levels.pxi"
include "side.pxi"
include "json.pxi"
include "protobuf.pxi"
include "lanes.pxi"
