"""Keys under KMS: bound to their row, refused to everybody else, and never shown."""

import traceback
from collections.abc import Generator
from dataclasses import replace
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from janym.crypto.vault import KmsVault
from janym.domain.alert import ChannelId, ChannelKind
from janym.domain.credential import EncryptedKey, ExchangeKey
from janym.domain.errors import KeyAccessDenied, Unavailable
from janym.usecases import alerts, rotations
from janym.usecases.alerts import NewChannel
from tests.fakes.world import ANA, World

KEY = ExchangeKey(api_key="canary-api-key", api_secret="canary-secret-ü", passphrase="canary-pass")
CONTEXT = {
    "organization_id": "acme",
    "credential_id": "c1",
    "exchange": "binance",
    "purpose": "exchange-credential",
}


@pytest.fixture(scope="module")
def endpoint() -> Generator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


def client(endpoint: str) -> Any:
    untyped: Any = boto3.__dict__
    return untyped["client"](
        "kms",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def kms(endpoint: str) -> Any:
    return client(endpoint)


@pytest.fixture
def arn(kms: Any) -> str:
    made: str = kms.create_key()["KeyMetadata"]["Arn"]
    return made


@pytest.fixture
def vault(kms: Any, arn: str) -> KmsVault:
    return KmsVault(kms, arn)


def test_a_key_comes_back_for_its_own_row(vault: KmsVault) -> None:
    """S0-130, S0-135, S0-183."""
    bare = replace(KEY, passphrase=None)

    assert vault.decrypt(vault.encrypt(KEY, context=CONTEXT), context=CONTEXT) == KEY
    assert vault.decrypt(vault.encrypt(bare, context=CONTEXT), context=CONTEXT) == bare


def test_nothing_of_the_key_is_in_the_text(vault: KmsVault) -> None:
    """S0-133."""
    encrypted = vault.encrypt(KEY, context=CONTEXT)

    for part in (encrypted.api_key, encrypted.api_secret, encrypted.passphrase or b""):
        assert b"canary" not in part
    assert encrypted != vault.encrypt(KEY, context=CONTEXT), "each text has a key of its own"


def test_the_suite_commits_to_its_key_and_adds_nothing_to_the_context(
    kms: Any, vault: KmsVault
) -> None:
    """S0-131, K-05."""
    asked: list[tuple[str, dict[str, str]]] = []

    def note(*, params: dict[str, Any], model: Any, **_: object) -> None:
        asked.append((model.name, params["EncryptionContext"]))

    kms.meta.events.register("provide-client-params.kms", note)
    text = vault.encrypt(KEY, context=CONTEXT).api_key
    vault.decrypt(EncryptedKey(api_key=text, api_secret=text, passphrase=None), context=CONTEXT)

    assert {name for name, _ in asked} == {"GenerateDataKey", "Decrypt"}
    assert all(context == CONTEXT for _, context in asked)
    assert text[:3] == b"\x02\x04\x78", "version 2, AES_256_GCM_HKDF_SHA512_COMMIT_KEY"


@pytest.mark.parametrize("changed", CONTEXT)
def test_another_rows_context_is_refused(vault: KmsVault, changed: str) -> None:
    """S0-134, K-05: every part of the context counts."""
    encrypted = vault.encrypt(KEY, context=CONTEXT)

    with pytest.raises(KeyAccessDenied):
        vault.decrypt(encrypted, context=CONTEXT | {changed: "other"})


@pytest.mark.parametrize("place", [0, 5, 60, 100, 200, 300, -40, -3])
def test_a_text_that_was_tampered_with_is_refused(vault: KmsVault, place: int) -> None:
    encrypted = vault.encrypt(KEY, context=CONTEXT)
    bad = bytearray(encrypted.api_secret)
    bad[place] ^= 1

    with pytest.raises(KeyAccessDenied):
        vault.decrypt(replace(encrypted, api_secret=bytes(bad)), context=CONTEXT)


@pytest.mark.parametrize("text", [b"", b"zz", b"\x02"])
def test_a_text_that_is_none_is_refused(vault: KmsVault, text: bytes) -> None:
    encrypted = EncryptedKey(api_key=text, api_secret=text, passphrase=None)

    with pytest.raises(KeyAccessDenied):
        vault.decrypt(encrypted, context=CONTEXT)


def test_keys_move_to_another_key_of_kms(kms: Any, arn: str) -> None:
    """K-05: what is old opens while it moves; what moved opens without the former key."""
    new: str = kms.create_key()["KeyMetadata"]["Arn"]
    world = World(vault=KmsVault(kms, arn))  # type: ignore[arg-type]
    world.create_organization()
    stored = world.create_credential()
    world.clock.advance(minutes=1)
    plain = world.vault.decrypt(stored.encrypted, context=stored.context())

    with pytest.raises(KeyAccessDenied):
        KmsVault(kms, new).decrypt(stored.encrypted, context=stored.context())
    moving = KmsVault(kms, new, arn)
    assert moving.decrypt(stored.encrypted, context=stored.context()) == plain
    tools = rotations.Tools(
        units=world.units, clock=world.clock, vault=moving, seal=moving, request_id="request-1"
    )
    assert list(rotations.old(tools, every=True)) == [None]

    moved = world.units.tables.credentials[stored.id].encrypted
    assert KmsVault(kms, new).decrypt(moved, context=stored.context()) == plain


def test_channels_move_to_another_key_of_kms_too(kms: Any, arn: str) -> None:
    """K-05: nobody is asked for an address or a token again, and one that is lost is told."""
    new: str = kms.create_key()["KeyMetadata"]["Arn"]
    world = World()
    world.create_organization()
    asked = NewChannel(
        kind=ChannelKind.SLACK,
        label="desk",
        hint="hooks.slack.com",
        secrets={"url": "https://hooks.slack.com/canary"},
        quiet=None,
        enabled=True,
    )
    with world.units(ANA.organization) as uow:
        stored = alerts.create_channel(
            uow,
            asked,
            caller=ANA,
            seal=KmsVault(kms, arn),
            clock=world.clock,
            randomness=world.randomness,
        )
        lost = replace(stored, id=ChannelId(UUID(int=7)), label="lost", sealed=b"no text of KMS")
        uow.alerts.put_channel(lost)
        uow.commit()
    moving = KmsVault(kms, new, arn)
    tools = rotations.Tools(
        units=world.units, clock=world.clock, vault=moving, seal=moving, request_id="request-1"
    )

    moved, failed = rotations.channels(tools)

    assert moved is None
    assert failed is not None
    assert (failed.key, failed.reason[:17]) == (lost.id, "KEY_ACCESS_DENIED")
    sealed = world.units.tables.channels[stored.id].sealed
    assert sealed != stored.sealed
    assert "canary" in KmsVault(kms, new).unseal(sealed, context=stored.context())
    with world.units(ANA.organization) as uow:
        assert not uow.alerts.swap(stored, b"late"), "whoever read the old text comes too late"


def test_only_the_key_that_a_text_names_is_asked(kms: Any, arn: str) -> None:
    """K-05: encrypting never touches the former key, whose policy may let nobody do so."""
    new: str = kms.create_key()["KeyMetadata"]["Arn"]
    old, moving = KmsVault(kms, arn).encrypt(KEY, context=CONTEXT), KmsVault(kms, new, arn)
    asked: list[tuple[str, str]] = []

    def note(*, params: dict[str, Any], model: Any, **_: object) -> None:
        asked.append((model.name, params["KeyId"]))

    kms.meta.events.register("provide-client-params.kms", note)
    moving.decrypt(old, context=CONTEXT)
    moving.decrypt(moving.encrypt(KEY, context=CONTEXT), context=CONTEXT)

    assert set(asked) == {("Decrypt", arn), ("GenerateDataKey", new), ("Decrypt", new)}


def answering(kms: Any, error: str, status: int) -> None:
    """Have KMS answer with an error, as over the wire."""
    reply = {"Error": {"Code": error, "Message": "no"}}

    def respond(**_: object) -> tuple[Any, dict[str, Any]]:
        return Reply(status), reply | {"ResponseMetadata": {"HTTPStatusCode": status}}

    kms.meta.events.register("before-call.kms", respond)


class Reply:
    """A response as botocore's hooks see it."""

    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


def test_kms_denying_is_a_refusal(kms: Any, vault: KmsVault) -> None:
    encrypted = vault.encrypt(KEY, context=CONTEXT)
    answering(kms, "AccessDeniedException", 400)

    with pytest.raises(KeyAccessDenied):
        vault.decrypt(encrypted, context=CONTEXT)
    with pytest.raises(KeyAccessDenied):
        vault.encrypt(KEY, context=CONTEXT)


@pytest.mark.parametrize(
    ("error", "status"), [("KMSInternalException", 500), ("ThrottlingException", 400)]
)
def test_kms_failing_by_itself_is_no_refusal(
    kms: Any, vault: KmsVault, error: str, status: int
) -> None:
    encrypted = vault.encrypt(KEY, context=CONTEXT)
    answering(kms, error, status)

    with pytest.raises(Unavailable):
        vault.decrypt(encrypted, context=CONTEXT)
    with pytest.raises(Unavailable):
        vault.encrypt(KEY, context=CONTEXT)


def test_kms_away_is_no_refusal(vault: KmsVault, arn: str) -> None:
    encrypted = vault.encrypt(KEY, context=CONTEXT)

    with pytest.raises(Unavailable):
        KmsVault(client("http://127.0.0.1:1"), arn).decrypt(encrypted, context=CONTEXT)


def test_an_error_shows_nothing_of_the_key(
    kms: Any, vault: KmsVault, caplog: pytest.LogCaptureFixture
) -> None:
    """S0-134."""
    answering(kms, "AccessDeniedException", 400)

    with pytest.raises(KeyAccessDenied) as met:
        vault.encrypt(KEY, context=CONTEXT)

    shown = "".join(traceback.format_exception(met.value)) + caplog.text + repr(KEY)
    assert "canary" not in shown


def test_the_search_finds_a_leak() -> None:
    def leak() -> None:
        raise ClientError({"Error": {"Message": KEY.api_secret}}, "Encrypt")

    with pytest.raises(ClientError) as met:
        leak()

    assert "canary" in "".join(traceback.format_exception(met.value))
