"""From root to an ordinary user, for programs that refuse to run as root.

Where that user may not enter a folder on the way (a checkout in root's home), it keeps one right
of root's: to pass through closed folders. Ambient capabilities outlive `exec`: capabilities(7).
"""

import ctypes
import os
import pwd
from collections.abc import Iterable
from pathlib import Path

_PR_CAPBSET_READ = 23
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_CAP_DAC_OVERRIDE = 1
_LINUX_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class Closed(Exception):
    """The user may not enter a folder, and root has no right to hand on; the message says which."""


def closed(paths: Iterable[Path]) -> Path | None:
    """Return the first folder on the way to the paths that not everybody may enter."""
    for path in paths:
        for folder in reversed(path.resolve().parents):
            if not folder.stat().st_mode & 0o001:
                return folder
    return None


def drop(user: str, *, reaching: Iterable[Path]) -> None:
    """Become `user` for good, still able to reach the paths. Root alone may call this.

    Raises:
        Closed: a folder on the way is closed, and this root may not hand on the right to enter.
    """
    account = pwd.getpwnam(user)
    barrier = closed(reaching)
    right = _right_to_pass() if barrier else None
    if barrier and right is None:
        raise Closed(f"{user} may not enter {barrier}")
    os.setgroups([])
    os.setgid(account.pw_gid)
    if right is not None:
        _call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setuid(account.pw_uid)
    if right is not None:
        _keep(right)


def _right_to_pass() -> int | None:
    """Return the narrower of the two rights that this root still has, if any."""
    for right in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if _libc.prctl(_PR_CAPBSET_READ, right, 0, 0, 0) == 1:
            return right
    return None


def _keep(right: int) -> None:
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(*[1 << right] * 3, 0, 0, 0)
    _call("capset", ctypes.byref(header), ctypes.byref(sets))
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, right, 0, 0)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
