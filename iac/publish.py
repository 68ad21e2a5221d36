"""`python -m iac.publish STACK`: puts the built terminal where a deployed stack serves it from."""

import mimetypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.aws.pages import PAGE, kept

BUILD = Path(__file__).parents[1] / "web/dist"


class NothingToPublish(Exception):
    """There is no build, or the stack serves no terminal."""


def main() -> int:
    """Publish to the stack that the command line names; answer 0, or 1 where it could not."""
    if len(sys.argv) != 2:
        sys.stderr.write("which stack? make publish STACK=janym\n")
        return 1
    try:
        address, count = publish(BUILD, stack=sys.argv[1])
    except (NothingToPublish, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"not published: {error}\n")
        return 1
    sys.stdout.write(f"{count} files are at {address}\n")
    return 0


def publish(build: Path, *, stack: str) -> tuple[str, int]:
    """Upload a build, its page last, and give the terminal's address and how many files there are.

    Files of earlier builds stay: whoever has the terminal open still loads its screens from them.

    Raises NothingToPublish; ClientError and BotoCoreError where AWS refuses or is away.
    """
    if not (build / PAGE).is_file():
        raise NothingToPublish(f"{build} holds no {PAGE}: run `make terminal`")
    aws = cast("Any", boto3)  # its types name every service there is
    (told,) = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in told.get("Outputs", [])}
    if "TerminalBucket" not in outputs:
        raise NothingToPublish(f"the stack {stack} serves no terminal: give it TerminalClientId")
    s3 = aws.client("s3")
    public = list(files(build))
    for file in public:
        path = file.relative_to(build).as_posix()
        s3.put_object(
            Bucket=outputs["TerminalBucket"],
            Key=path,
            Body=file.read_bytes(),
            CacheControl=kept(f"/{path}"),
            ContentType=mimetypes.guess_type(path)[0] or "application/octet-stream",
        )
    return outputs["TerminalUrl"], len(public)


def files(build: Path) -> Iterator[Path]:
    """What a browser asks for: the tools' own notes, under names with a dot before, stay here."""
    public = (
        file
        for file in sorted(build.rglob("*"))
        if file.is_file() and not any(p.startswith(".") for p in file.relative_to(build).parts)
    )
    yield from sorted(public, key=lambda file: file == build / PAGE)


if __name__ == "__main__":
    sys.exit(main())
