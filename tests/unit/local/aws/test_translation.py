"""SAM's translation is made once for a stack, and anew for another template."""

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.aws import translation
from local.aws.stack import Json
from local.aws.translation import KEPT, translated

BODY: Json = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {
        "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"StageName": "$default"}},
        "Hello": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "s3://bucket/key",
                "Handler": "handler.handle",
                "Runtime": "python3.13",
                "Events": {
                    "Get": {
                        "Type": "HttpApi",
                        "Properties": {"ApiId": {"Ref": "Api"}, "Path": "/", "Method": "GET"},
                    }
                },
            },
        },
    },
}
VALUES = {"Name": "small"}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """Everything that SAM was asked to translate."""
    asked: list[Json] = []
    really: Any = translation.__dict__["_transformed"]

    def noted(body: Json, values: Any) -> Json:
        asked.append(body)
        return really(body, values)

    monkeypatch.setattr(translation, "_transformed", noted)
    return asked


def test_components_that_start_at_once_translate_once(tmp_path: Path, made: list[Json]) -> None:
    def start(_: int) -> Json:
        return translated(copy.deepcopy(BODY), VALUES, tmp_path)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(start, range(4)))

    assert len(made) == 1
    assert [json.dumps(each) for each in found[1:]] == [json.dumps(found[0])] * 3
    assert found[0]["Resources"]["Hello"]["Type"] == "AWS::Lambda::Function"


def test_another_template_or_value_is_translated_anew(tmp_path: Path, made: list[Json]) -> None:
    other = json.loads(json.dumps(BODY).replace("handler.handle", "handler.other"))

    translated(copy.deepcopy(BODY), VALUES, tmp_path)
    translated(copy.deepcopy(BODY), {"Name": "large"}, tmp_path)
    found = translated(other, {"Name": "large"}, tmp_path)

    assert len(made) == 3
    assert found["Resources"]["Hello"]["Properties"]["Handler"] == "handler.other"


@pytest.mark.parametrize("left", ["", "{", "[]", '{"mark": "another"}'])
def test_what_cannot_be_read_is_made_anew(tmp_path: Path, made: list[Json], left: str) -> None:
    (tmp_path / KEPT).write_text(left)

    translated(copy.deepcopy(BODY), VALUES, tmp_path)

    assert len(made) == 1
    translated(copy.deepcopy(BODY), VALUES, tmp_path)
    assert len(made) == 1
