"""AWS's own validators and builder take the templates; the layer holds what functions import.

They live in an environment of their own (`make tools`). Only package registries are asked.
cfn-lint over every stack, and the gate's own rules, are a part of `make check`.
"""

import os
import subprocess
from pathlib import Path

import pytest

from iac.templates import Json, read

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".local/envs/tools/bin"
UV = ROOT / ".local/envs/uv/bin"
ENVIRONMENT = {
    **os.environ,  # noqa: TID251 - the child's environment is ours with a few changes
    "SAM_CLI_TELEMETRY": "0",
    "AWS_DEFAULT_REGION": "us-east-1",
    "PATH": f"{UV}:{os.environ['PATH']}",  # noqa: TID251 - as above
}
LARGEST_LAYER_MB = 250
IMPORTED = (
    "janym", "orjson", "pydantic", "pydantic_core", "sqlalchemy", "psycopg", "psycopg_binary",
    "clickhouse_connect", "aws_encryption_sdk", "aws_lambda_powertools", "alembic",
)  # fmt: skip
IN_RUNTIME = ("boto3", "botocore")


def sam(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [str(TOOLS / "sam"), *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sam")
    sam("build", "--build-dir", str(folder / "build"), "--cache-dir", str(folder / "cache"))
    return folder / "build"


@pytest.fixture(scope="module")
def layer(built: Path) -> Path:
    return built / "SharedLayer/python"


def test_sam_validates() -> None:
    """SU-008."""
    assert "is a valid SAM Template" in sam(
        "validate", "--lint", "--region", "us-east-1", "--template", str(ROOT / "template.yaml")
    )


def test_sam_builds_every_stack(built: Path) -> None:
    """SU-008: without Docker and without Lambda's Python."""
    stacks = {path.parent.name for path in built.glob("*/template.yaml")}

    assert (built / "template.yaml").is_file()
    assert stacks == {"Network", "Data", "Iot", "Containers", "Collector", "Alarms", "Web"}


def test_a_built_function_is_its_folder(built: Path) -> None:
    functions = {
        name: (built / resource["Properties"]["CodeUri"]).resolve()
        for name, resource in resources(built).items()
        if resource["Type"] == "AWS::Serverless::Function"
    }

    assert functions["BotsFunction"] == ROOT / "functions/bots"
    assert [name for name, code in functions.items() if not (code / "handler.py").is_file()] == []


@pytest.mark.parametrize("package", IMPORTED)
def test_the_layer_holds(package: str, layer: Path) -> None:
    """SU-007."""
    assert (layer / package).is_dir() or list(layer.glob(f"{package}*.so"))


@pytest.mark.parametrize("package", IN_RUNTIME)
def test_the_layer_leaves_out_what_the_runtime_has(package: str, layer: Path) -> None:
    assert list(layer.glob(f"{package}*")) == []


def test_the_layer_is_for_graviton(layer: Path) -> None:
    compiled = [path.name for path in layer.rglob("*.so")]
    foreign = [name for name in compiled if "x86_64" in name or "cpython-311" in name]

    assert [name for name in compiled if "cpython-313-aarch64" in name]
    assert foreign == []


def test_the_layer_fits(layer: Path) -> None:
    """Lambda takes 250 MB unpacked, the function included."""
    size = sum(path.stat().st_size for path in layer.rglob("*") if path.is_file()) / 2**20

    assert size < LARGEST_LAYER_MB


def resources(built: Path) -> dict[str, Json]:
    return read(built, actions={}).root.source["Resources"]
