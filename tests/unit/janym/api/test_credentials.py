"""A key's view says where its bots come from."""

from janym.api.credentials import CredentialView
from tests.fakes.world import World

ADDRESSES = ("203.0.113.10", "203.0.113.11")


def test_a_key_shows_its_shard_and_address() -> None:
    """S0-136: for the exchange's allow list."""
    world = World()
    world.create_organization()
    keys = [world.create_credential(f"key {number}") for number in range(20)]
    views = [CredentialView.of(key, shards=2, addresses=ADDRESSES) for key in keys]

    assert {view.egress_shard for view in views} == {0, 1}
    assert all(view.egress_address == ADDRESSES[view.egress_shard] for view in views)


def test_an_address_that_is_not_known_is_null() -> None:
    world = World()
    world.create_organization()
    view = CredentialView.of(world.create_credential(), shards=2, addresses=())

    assert view.egress_address is None
