"""KMS, Secrets Manager and the other small AWS services, from moto, with a key that stays.

    python -m local.moto --port P --secrets FILE

moto keeps everything in memory. What was encrypted yesterday must open today, so the one KMS key
has a fixed id and its material comes from the stack's secrets.
"""

import argparse
import base64
import logging
import sys
from pathlib import Path
from typing import Any

from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from local import death
from local.environment import ACCOUNT, REGION
from local.layout import read_json
from local.resources import KEY_ALIAS, KEY_ARN, KEY_BYTES, KEY_ID


def restore_key(material: str) -> None:
    """Put the stack's key into moto's KMS.

    Raises:
        ValueError: the material is no key.
    """
    plain = base64.b64decode(material, validate=True)
    if len(plain) != KEY_BYTES:
        raise ValueError(f"the KMS key in the stack's secrets is not {KEY_BYTES} bytes long")
    backend: Any = kms_backends[ACCOUNT][REGION]
    key = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "exchange keys", None)
    backend.keys.pop(key.id)
    key.id = KEY_ID
    key.arn = KEY_ARN
    key.key_material = plain
    backend.keys[KEY_ID] = key
    backend.create_alias(KEY_ID, KEY_ALIAS)


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    restore_key(read_json(options.secrets)["kms"]["material"])
    death.leave_on_request()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(
        "127.0.0.1",
        options.port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    print(f"answering on http://127.0.0.1:{options.port}", flush=True)
    server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.moto", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secrets", type=Path, required=True, help='JSON with "kms.material"')
    return parser


if __name__ == "__main__":
    sys.exit(main())
