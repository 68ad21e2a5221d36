"""Rules on how stacks hang together."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from iac.fault import Fault, Rule
from iac.templates import Json, Project, as_list, references


def no_cycle(project: Project) -> Iterator[Fault]:
    """CloudFormation refuses a cycle only at deploy, when a nested stack is part of it."""
    for template in project.templates.values():
        graph = {
            name: sorted(set(references(resource)) & set(template.resources))
            for name, resource in template.resources.items()
        }
        if cycle := _cycle(graph):
            yield Fault(where=template.name, message=f"cycle {' -> '.join(cycle)}")


def nested_parameters_match(project: Project) -> Iterator[Fault]:
    for name, given, child in project.nested():
        declared: Mapping[str, Json] = child.source.get("Parameters", {})
        needed = {key for key, value in declared.items() if "Default" not in value}
        for parameter in sorted(needed - set(given)):
            yield Fault(where=project.root.name, message=f"{name} is not given {parameter}")
        for parameter in sorted(set(given) - set(declared)):
            yield Fault(where=project.root.name, message=f"{name} has no parameter {parameter}")


def nested_outputs_exist(project: Project) -> Iterator[Fault]:
    outputs = {name: set(child.source.get("Outputs", {})) for name, _, child in project.nested()}
    for stack, output in sorted(set(_outputs_read(project.root.source))):
        if stack in outputs and output not in outputs[stack]:
            yield Fault(where=project.root.name, message=f"{stack} has no output {output}")


def every_stack_is_nested(project: Project) -> Iterator[Fault]:
    """A stack that nobody nests is checked and never deployed."""
    nested = {child.name for _, _, child in project.nested()}
    for name in sorted(set(project.templates) - nested - {project.root.name}):
        yield Fault(where=name, message="template.yaml does not nest it")


def _outputs_read(node: Any) -> Iterator[tuple[str, str]]:
    """Nested stack and output of every `Stack.Outputs.Name`."""
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _outputs_read(item)
    elif isinstance(node, dict):
        for key, value in cast("Json", node).items():
            parts = ".".join(map(str, as_list(value))).split(".") if key == "Fn::GetAtt" else []
            if len(parts) == 3 and parts[1] == "Outputs":
                yield parts[0], parts[2]
            else:
                yield from _outputs_read(value)


def _cycle(graph: Mapping[str, list[str]]) -> list[str]:
    """One cycle as a path that ends where it starts, or nothing."""
    done: set[str] = set()

    def walk(node: str, trail: tuple[str, ...]) -> list[str]:
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in done:
            return []
        done.add(node)
        found = (walk(following, (*trail, node)) for following in graph[node])
        return next(filter(None, found), list[str]())

    return next(filter(None, (walk(node, ()) for node in graph)), list[str]())


RULES: tuple[Rule, ...] = (
    no_cycle,
    nested_parameters_match,
    nested_outputs_exist,
    every_stack_is_nested,
)
