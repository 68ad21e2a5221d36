"""Names of integrators, and of organizations in topics."""

import pytest

from janym.domain import integrator, topics
from janym.domain.errors import Conflict, InvalidInput
from janym.domain.ids import OrganizationId

KEY = "3f1c9f0e-6b1d-4a59-9d1e-5a0f4a7f2b11"


def test_a_client_id_is_made_of_the_integrators_id() -> None:
    assert str(integrator.id_of(f"live-{KEY}")) == KEY


@pytest.mark.parametrize(
    "name",
    [KEY, "live-", "live-one", f"live-{KEY.upper()}", f"live-{KEY.replace('-', '')}", "iot-data"],
)
def test_no_other_name_is_taken(name: str) -> None:
    """A bot's name, the platform's own, or a second way to write one."""
    with pytest.raises(InvalidInput, match="csr"):
        integrator.id_of(name)


@pytest.mark.parametrize("name", ["org_2abC", "acme", "a.b@c:d=e-f"])
def test_an_organization_is_a_level_of_a_topic(name: str) -> None:
    integrator.require_level(OrganizationId(name))

    assert topics.live(OrganizationId(name), "#") == f"live/{name}/#"


@pytest.mark.parametrize("name", ["", "+", "#", "a/b", "a b", "*", "a?", "${x}", "a\nb", "x" * 101])
def test_an_organization_that_means_more_in_a_topic_is_refused(name: str) -> None:
    """Its readers would hear others."""
    with pytest.raises(Conflict) as refused:
        integrator.require_level(OrganizationId(name))

    assert refused.value.code == "ORGANIZATION_NO_TOPIC"
