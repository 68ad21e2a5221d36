"""What a child process is told about the world: what is named here, and nothing else."""

import os

from local.layout import MARKER, ROOT, Stack

REGION = "us-east-1"
ACCOUNT = "000000000000"

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", MARKER)


def inherited() -> dict[str, str]:
    """Return the few variables a program needs to find itself on this machine.

    Among them whose stack it belongs to: what a component starts is the stack's too.
    """
    mine = os.environ  # noqa: TID251 - the one place where the laptop's cloud reads its own
    return {name: mine[name] for name in _KEPT if name in mine}


def python(stack: Stack) -> dict[str, str]:
    """Return the environment of a Python child that belongs to the stack."""
    return {
        **inherited(),
        MARKER: str(stack.home),
        "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def aws() -> dict[str, str]:
    """Return an identity that every stand-in accepts and no real account knows."""
    return {
        "AWS_ACCESS_KEY_ID": "laptop",
        "AWS_SECRET_ACCESS_KEY": "laptop",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
