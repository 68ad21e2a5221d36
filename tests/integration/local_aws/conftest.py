"""Small stacks for each file of tests, with what it needs started."""

from collections.abc import Generator
from urllib.parse import urlsplit

import pytest

from tests.integration.local_aws.stacks import Issuer, SmallStack, small_stack


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Generator[SmallStack]:
    """A stack in which nothing runs yet."""
    with small_stack(tmp_path_factory.mktemp("aws")) as stack:
        yield stack


@pytest.fixture(scope="module")
def issuer(small: SmallStack) -> Generator[Issuer]:
    """The stack's issuer of tokens."""
    issuer = Issuer(urlsplit(small.addresses["issuer"]).port or 0)
    yield issuer
    issuer.close()
