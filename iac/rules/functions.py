"""Rules on functions: each folder is deployed, each route answered, each alarm real."""

import re
from collections import defaultdict
from collections.abc import Iterator

from iac.fault import Fault, Rule
from iac.templates import Json, Project, references, text
from janym import config

ROUTE = re.compile(
    r"^@\w+\.(?P<method>get|post|put|patch|delete)\(\s*[\"'](?P<path>/[^\"']*)[\"']", re.MULTILINE
)


OPEN = {
    "GET /openapi.json": "what the API is, is no secret",
    "GET /docs": "the same, for people",
}
"""Routes that answer without a token, and why."""


def every_folder_is_deployed(project: Project) -> Iterator[Fault]:
    """`functions/venue_check/handler.py` is `VenueCheckFunction`, and the other way round."""
    folders = {file.parent.name for file in project.folder.glob("functions/*/handler.py")}
    declared: dict[str, str] = {}
    for name, resource in project.root.source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            declared[resource["Properties"]["CodeUri"].removeprefix("functions/")] = name
    for folder in sorted(folders - set(declared)):
        yield Fault(where=f"functions/{folder}", message="template.yaml has no function for it")
    for folder in sorted(set(declared) - folders):
        yield Fault(where=declared[folder], message=f"functions/{folder}/handler.py is not there")
    for folder, name in declared.items():
        expected = "".join(part.title() for part in folder.split("_")) + "Function"
        if name != expected:
            yield Fault(where=name, message=f"the function of functions/{folder} is {expected}")


def routes_are_answered(project: Project) -> Iterator[Fault]:
    """The template's routes of a function are those that its handler registers."""
    for name, declared in _routes(project).items():
        folder = project.root.source["Resources"][name]["Properties"]["CodeUri"]
        handler = project.folder / folder / "handler.py"
        if not handler.is_file():
            continue  # every_folder_is_deployed says so
        registered = _registered(handler.read_text())
        for method, path in sorted(declared - registered):
            yield Fault(where=f"{folder}/handler.py", message=f"does not answer {method} {path}")
        for method, path in sorted(registered - declared):
            yield Fault(where=name, message=f"has no event for {method} {path}, which it answers")


def routes_ask_who_calls(project: Project) -> Iterator[Fault]:
    for api, body in _bodies(project):
        known = body["components"]["securitySchemes"]
        for path, operations in body["paths"].items():
            for method, operation in operations.items():
                call = f"{method.upper()} {path}"
                if not _authorizers(operation) & set(known) and call not in OPEN:
                    yield Fault(where=api, message=f"{call} has no authorizer")


def groups_come_with_subnets(project: Project) -> Iterator[Fault]:
    for name, function in project.root.of_type("AWS::Lambda::Function"):
        network = function.get("VpcConfig")
        if network and not (network.get("SubnetIds") and network.get("SecurityGroupIds")):
            yield Fault(where=name, message="VpcConfig needs both subnets and security groups")


def one_role_per_function(project: Project) -> Iterator[Fault]:
    users: dict[str, list[str]] = defaultdict(list)
    for name, function in project.root.of_type("AWS::Lambda::Function"):
        for role in references(function["Role"]):
            users[role].append(name)
    for role, names in users.items():
        if len(names) > 1:
            yield Fault(where=role, message=f"is shared by {', '.join(sorted(names))}")


def database_user_may_sign_in(project: Project) -> Iterator[Fault]:
    """Who signs in by token is the same in DATABASE_URL and in the role's `rds-db:connect`."""
    root = project.root
    for name, function in root.of_type("AWS::Lambda::Function"):
        variables: Json = function.get("Environment", {}).get("Variables", {})
        url = text(variables.get("DATABASE_URL"))
        role = root.properties(next(references(function["Role"])))
        allowed = {
            str(text(statement["Resource"])).rsplit("/", maxsplit=1)[-1]
            for policy in role.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
            if statement.get("Action") == "rds-db:connect"
        }
        by_token = url and variables.get("DATABASE_AUTH") == "iam"
        user = (
            {str(url).removeprefix("postgresql://").partition("@")[0]} if by_token else set[str]()
        )
        if user != allowed:
            message = f"DATABASE_URL signs in as {sorted(user)}, the role allows {sorted(allowed)}"
            yield Fault(where=name, message=message)


def variables_are_known(project: Project) -> Iterator[Fault]:
    """A variable that nobody reads is a misspelt one."""
    for name, function in project.root.of_type("AWS::Lambda::Function"):
        given = set(function.get("Environment", {}).get("Variables", {}))
        for variable in sorted(given - set(config.VARIABLES)):
            yield Fault(where=name, message=f"janym.config knows no variable {variable}")


def alarms_watch_what_exists(project: Project) -> Iterator[Fault]:
    """An alarm on a name that no function has stays green for ever."""
    names = {
        text(function["FunctionName"])
        for _, function in project.root.of_type("AWS::Lambda::Function")
    }
    alarms = project.templates["iac/alarms.yaml"]
    for alarm, properties in alarms.of_type("AWS::CloudWatch::Alarm"):
        for dimension in properties.get("Dimensions", []):
            watched = text(dimension["Value"])
            if dimension["Name"] == "FunctionName" and watched not in names:
                yield Fault(where=f"{alarms.name}: {alarm}", message=f"no function is {watched}")


def _routes(project: Project) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for name, resource in project.root.source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                found[name].add((event["Properties"]["Method"], event["Properties"]["Path"]))
    return found


def _registered(source: str) -> set[tuple[str, str]]:
    """Routes by decorator, `<bot_id>` spelled as the template spells it."""
    return {
        (found["method"].upper(), re.sub(r"<(\w+)>", r"{\1}", found["path"]))
        for found in ROUTE.finditer(source)
    }


def _bodies(project: Project) -> Iterator[tuple[str, Json]]:
    for name, api in project.root.of_type("AWS::ApiGatewayV2::Api"):
        if "Body" in api:  # a socket opens on a ticket, which its function checks
            yield name, api["Body"]


def _authorizers(operation: Json) -> set[str]:
    """Names of the security schemes asked for; SAM writes an open route as scheme NONE."""
    return {name for scheme in operation.get("security", []) for name in scheme}


RULES: tuple[Rule, ...] = (
    every_folder_is_deployed,
    routes_are_answered,
    routes_ask_who_calls,
    groups_come_with_subnets,
    one_role_per_function,
    database_user_may_sign_in,
    variables_are_known,
    alarms_watch_what_exists,
)
