"""A build reaches the bucket of a stack with the headers it is served with, its page last."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from iac import publish

AWS = cast("Any", boto3)
WITH_TERMINAL = {
    "Resources": {"Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files"}}},
    "Outputs": {
        "TerminalBucket": {"Value": {"Ref": "Files"}},
        "TerminalUrl": {"Value": "https://terminal.example.com"},
    },
}
WITHOUT = {"Resources": WITH_TERMINAL["Resources"]}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Generator[Any]:
    for name, value in {
        "DEFAULT_REGION": "us-east-1",
        "ACCESS_KEY_ID": "a",
        "SECRET_ACCESS_KEY": "b",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        yield AWS.client("s3")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for file in (
        "index.html",
        "icon.svg",
        "assets/index-1a.js",
        "assets/z-2b.css",
        ".vite/manifest.json",
    ):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(file)
    return tmp_path


def deploy(template: dict[str, Any]) -> None:
    AWS.client("cloudformation").create_stack(StackName="janym", TemplateBody=json.dumps(template))


def test_a_build_is_uploaded_with_what_browsers_are_told(s3: Any, build: Path) -> None:
    deploy(WITH_TERMINAL)
    s3.put_object(Bucket="files", Key="assets/index-0.js", Body=b"of the build before")

    assert publish.publish(build, stack="janym") == ("https://terminal.example.com", 4)

    kept = {key: s3.get_object(Bucket="files", Key=key) for key in keys(s3)}
    told = {
        key: (one["ContentType"], one["CacheControl"])
        for key, one in kept.items()
        if "CacheControl" in one
    }
    for_ever = "public, max-age=31536000, immutable"
    assert told == {
        "index.html": ("text/html", "no-cache"),
        "icon.svg": ("image/svg+xml", "no-cache"),
        "assets/index-1a.js": ("text/javascript", for_ever),
        "assets/z-2b.css": ("text/css", for_ever),
    }
    assert "assets/index-0.js" in kept
    assert kept["index.html"]["Body"].read() == b"index.html"


def test_the_page_comes_last(build: Path) -> None:
    """Whoever opens the terminal meanwhile finds no page whose files are not there yet."""
    assert [file.name for file in publish.files(build)][-1] == "index.html"


def test_a_folder_without_a_page_is_not_published(s3: Any, tmp_path: Path) -> None:
    deploy(WITH_TERMINAL)

    with pytest.raises(publish.NothingToPublish, match="make terminal"):
        publish.publish(tmp_path, stack="janym")

    assert keys(s3) == []


def test_a_stack_without_a_terminal_says_what_it_lacks(s3: Any, build: Path) -> None:
    deploy(WITHOUT)

    with pytest.raises(publish.NothingToPublish, match="TerminalClientId"):
        publish.publish(build, stack="janym")

    assert keys(s3) == []


def test_an_unknown_stack_is_named(s3: Any, build: Path) -> None:
    del s3
    with pytest.raises(ClientError, match="elsewhere"):
        publish.publish(build, stack="elsewhere")


def keys(s3: Any) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket="files").get("Contents", [])]
