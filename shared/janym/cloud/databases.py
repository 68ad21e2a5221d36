"""Signing in to RDS as an IAM role."""

from typing import Any
from urllib.parse import urlencode, urlsplit

LIFETIME_S = 900


def session() -> Any:
    """Give what finds credentials and region; boto3 and its model of RDS are not needed for it."""
    import botocore.session  # noqa: PLC0415 - only where IAM signs in

    untyped: Any = botocore.session
    return untyped.get_session()


def token(session: Any, url: str) -> str:
    """Give a password of fifteen minutes for the role and host of a libpq URL: a presigned request.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
    """
    from botocore.auth import SigV4QueryAuth  # noqa: PLC0415 - only where IAM signs in
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - the same

    address = urlsplit(url)
    asked = urlencode({"Action": "connect", "DBUser": address.username or ""})
    target = f"https://{address.hostname}:{address.port or 5432}/?{asked}"
    request: Any = AWSRequest(method="GET", url=target)
    region = session.get_config_variable("region")
    auth: Any = SigV4QueryAuth(session.get_credentials(), "rds-db", region, expires=LIFETIME_S)
    auth.add_auth(request)
    signed: str = request.url
    return signed.removeprefix("https://")
