"""`python -m iac.gate`: cfn-lint over every template, then the rules that no linter has."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from iac import rules
from iac.templates import ROOT, Json, Project, TemplateUnreadable, read

HERE = Path(__file__).parents[1]
TOOLS = HERE / ".local/envs/tools"
REGIONS = ("us-east-1", "eu-central-1")


class ToolsMissing(Exception):
    """The validators are not installed; `make tools` does it."""


def main() -> int:
    """Print what is wrong and answer how many checks found something (0 or 1 for the shell)."""
    try:
        found = [*lint(HERE), *check(read(HERE, actions=known_actions()))]
    except (ToolsMissing, TemplateUnreadable) as error:
        found = [str(error)]
    sys.stdout.write("\n".join(found or ["templates: nothing to object to"]) + "\n")
    return int(bool(found))


def check(project: Project) -> list[str]:
    """Ask every rule; one line per fault, with the rule's name."""
    return [
        f"{fault.where}: {fault.message} [{rule.__name__}]"
        for rule in rules.RULES
        for fault in rule(project)
    ]


def lint(folder: Path) -> Iterator[str]:
    """What cfn-lint says of every template, warnings included. Raises ToolsMissing."""
    linter = TOOLS / "bin/cfn-lint"
    if not linter.is_file():
        raise ToolsMissing(f"{linter} is not there: run `make tools`")
    templates = [str(folder / ROOT), *map(str, sorted((folder / "iac").glob("*.yaml")))]
    done = subprocess.run(  # noqa: S603 - our own linter on our own files
        [linter, "--format", "parseable", "--regions", *REGIONS, "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    yield from done.stdout.splitlines()
    if done.returncode and not done.stdout:
        yield f"cfn-lint failed: {done.stderr.strip()}"


def known_actions() -> Mapping[str, Json]:
    """IAM's actions and what they take, from cfn-lint's own data. Raises ToolsMissing."""
    pattern = "lib/python3*/site-packages/cfnlint/data/AdditionalSpecs/Policies.json"
    file = next(TOOLS.glob(pattern), None)
    if file is None:
        raise ToolsMissing(f"cfn-lint's table of IAM actions is not in {TOOLS}: run `make tools`")
    return cast("Mapping[str, Json]", json.loads(file.read_text()))


if __name__ == "__main__":
    sys.exit(main())
