"""The table of components: every need can be met, and starts first."""

from pathlib import Path

from local import components, keyring
from local.components import Choices, Component
from local.layout import Stack


def plan(tmp_path: Path) -> dict[str, components.Component | components.Step]:
    stack = Stack.at(tmp_path)
    stack.make()
    chosen = {name: 20_000 + number for number, name in enumerate(components.URLS)}
    nodes = components.plan(stack, chosen, keyring.create(stack), Choices(), Path("/mosquitto"))
    return {node.name: node for node in nodes}


def test_every_need_is_in_the_table_and_no_need_is_circular(tmp_path: Path) -> None:
    nodes = plan(tmp_path)
    placed: list[str] = []
    while len(placed) < len(nodes):
        ready = [
            name
            for name, node in nodes.items()
            if name not in placed and set(node.after) <= set(placed)
        ]
        assert ready, f"nothing can start after {placed}"
        placed += ready


def test_tasks_end_before_everything_they_use(tmp_path: Path) -> None:
    """Bots cancel their orders while everything still runs."""
    nodes = plan(tmp_path)
    needed = {"ecs"}
    while more := {need for name in needed for need in nodes[name].after} - needed:
        needed |= more

    assert needed == set(nodes)


def test_every_component_has_an_address(tmp_path: Path) -> None:
    parts = [node for node in plan(tmp_path).values() if isinstance(node, Component)]

    assert [part.name for part in parts if part.address is None] == []


def test_no_secret_is_on_a_command_line_or_in_an_environment(tmp_path: Path) -> None:
    nodes = plan(tmp_path)
    made = keyring.create(Stack.at(tmp_path))
    secrets = [
        *made["postgres"].values(),
        made["clickhouse"]["password"],
        made["kms"]["material"],
        made["paper_exchange_control"],
    ]

    for node in nodes.values():
        if isinstance(node, Component):
            told = [*node.command, *node.environment.values()]
            assert [text for text in told for secret in secrets if secret in text] == []
