"""Signing in to RDS as an IAM role."""

from typing import Any
from urllib.parse import urlsplit


def token(rds: Any, url: str) -> str:
    """Give a password of fifteen minutes for the role and host of a libpq URL.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.Python.html
    """
    address = urlsplit(url)
    signed: str = rds.generate_db_auth_token(
        DBHostname=address.hostname or "",
        Port=address.port or 5432,
        DBUsername=address.username or "",
    )
    return signed
