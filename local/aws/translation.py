"""What SAM makes of a template, made once for all components of a stack.

Every component reads the whole template, and each would take a second for this.
"""

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Generator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from local.aws.stack import Json
from local.environment import REGION
from local.layout import write_private

KEPT = "translated.json"


def translated(body: Json, values: Mapping[str, str], home: Path) -> Json:
    """Give SAM's resources as CloudFormation's, from the stack's folder where they are there.

    Whoever asks first translates, and the others wait for it. What SAM's translator raises for a
    template that it refuses, is raised.
    """
    asked = json.dumps([version("aws-sam-translator"), REGION, body, dict(values)])
    mark = hashlib.sha256(asked.encode()).hexdigest()
    file = home / KEPT
    with _alone(home / f"{KEPT}.lock"):
        kept = _read(file)
        if kept.get("mark") == mark:
            return kept["body"]
        made = _transformed(body, values)
        with contextlib.suppress(OSError):  # a full disk costs the next component a second
            write_private(file, json.dumps({"mark": mark, "body": made}).encode())
    return made


@contextlib.contextmanager
def _alone(lock: Path) -> Generator[None]:
    """Wait for the lock; the kernel frees it where its holder dies."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(file: Path) -> Json:
    try:
        kept: Any = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return cast("Json", kept) if isinstance(kept, dict) else {}


def _transformed(body: Json, values: Mapping[str, str]) -> Json:
    """Translate; the session says the region, which nothing else may."""
    # Imported where they are needed: they take longer than all the rest of a component.
    from boto3.session import Session  # noqa: PLC0415 - see above
    from samtranslator.parser.parser import Parser  # noqa: PLC0415 - see above
    from samtranslator.translator.arn_generator import ArnGenerator  # noqa: PLC0415 - see above
    from samtranslator.translator.translator import Translator  # noqa: PLC0415 - see above
    from samtranslator.utils.py27hash_fix import (  # noqa: PLC0415 - see above
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )

    to_py27_compatible_template(body, dict(values))
    ArnGenerator.BOTO_SESSION_REGION_NAME = REGION
    session = cast("Any", Session(region_name=REGION))
    translator = Translator(None, Parser(), boto_session=session)
    made = translator.translate(body, parameter_values=dict(values), get_managed_policy_map=dict)
    return undo_mark_unicode_str_in_template(made)
