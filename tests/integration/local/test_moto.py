"""KMS and Secrets Manager on this machine: the key stays when the process does not."""

import base64
import json
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local import environment, ports, probes, provisioning, resources
from tests.fixtures.services import running

CONTEXT = {"org_id": "acme", "purpose": "exchange-credential"}


@contextmanager
def moto(folder: Path, material: bytes) -> Generator[str]:
    """Run the server with a key; gives its address."""
    file = folder / "secrets.json"
    file.write_text(json.dumps({"kms": {"material": base64.b64encode(material).decode()}}))
    port = ports.free()
    url = f"http://127.0.0.1:{port}"
    with running(
        "local.moto",
        ["--port", port, "--secrets", file],
        folder=folder,
        probe=probes.http(f"{url}/moto-api/data.json"),
        variables=environment.aws() | {"MOTO_ACCOUNT_ID": environment.ACCOUNT},
    ) as process:
        yield url
        os.kill(process.pid, signal.SIGKILL)


def client(service: str, url: str) -> Any:
    any_boto: Any = boto3
    return any_boto.client(
        service,
        endpoint_url=url,
        region_name=environment.REGION,
        aws_access_key_id="somebody",
        aws_secret_access_key="laptop",
    )


def test_what_was_encrypted_opens_after_a_restart(tmp_path: Path) -> None:
    """S0-130: the master key has one id and one material, however often the process starts."""
    material = b"k" * resources.KEY_BYTES
    with moto(tmp_path, material) as url:
        encrypted = client("kms", url).encrypt(
            KeyId=resources.KEY_ALIAS, Plaintext=b"secret", EncryptionContext=CONTEXT
        )
    assert encrypted["KeyId"] == resources.KEY_ARN

    with moto(tmp_path, material) as url:
        opened = client("kms", url).decrypt(
            CiphertextBlob=encrypted["CiphertextBlob"], EncryptionContext=CONTEXT
        )
        assert opened["Plaintext"] == b"secret"
        with pytest.raises(ClientError, match="InvalidCiphertext"):
            client("kms", url).decrypt(
                CiphertextBlob=encrypted["CiphertextBlob"], EncryptionContext={"org_id": "other"}
            )


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with moto(tmp_path, b"a" * resources.KEY_BYTES) as url:
        encrypted = client("kms", url).encrypt(KeyId=resources.KEY_ARN, Plaintext=b"secret")

    with (
        moto(tmp_path, b"b" * resources.KEY_BYTES) as url,
        pytest.raises(ClientError, match="InvalidCiphertext"),
    ):
        client("kms", url).decrypt(CiphertextBlob=encrypted["CiphertextBlob"])


def test_a_secret_is_found_by_the_arn_that_the_stack_announces(tmp_path: Path) -> None:
    with moto(tmp_path, b"k" * resources.KEY_BYTES) as url:
        provisioning.put_secret(url, resources.CLICKHOUSE_SECRET, {"user": "old"})
        provisioning.put_secret(url, resources.CLICKHOUSE_SECRET, {"user": "janym"})

        found = client("secretsmanager", url).get_secret_value(
            SecretId=resources.CLICKHOUSE_SECRET_ARN
        )

    assert json.loads(found["SecretString"]) == {"user": "janym"}
