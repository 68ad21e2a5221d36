"""Rules on the keys of secrets: who uses each, and only with its whole context."""

from collections.abc import Iterator
from dataclasses import dataclass

from iac.fault import Fault, Rule
from iac.templates import Json, Project, as_list, text

USES = {"kms:GenerateDataKey", "kms:Decrypt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of `iac/data.yaml`."""

    logical_id: str
    purpose: str
    context: frozenset[str]
    may_decrypt: frozenset[str]
    """Roles, without their prefix, that may ever see what is under it in the clear."""

    @property
    def where(self) -> str:
        return f"iac/data.yaml: {self.logical_id}"

    @property
    def output(self) -> str:
        return f"Outputs.{self.logical_id}Arn"


KEYS = (
    Key(
        logical_id="CredentialKey",
        purpose="exchange-credential",
        context=frozenset({"organization_id", "credential_id", "exchange", "purpose"}),
        may_decrypt=frozenset({"claim", "venue-check", "rotate", "executor"}),
    ),
    Key(
        logical_id="ChannelKey",
        purpose="alert-channel",
        context=frozenset({"organization_id", "channel_id", "kind", "purpose"}),
        may_decrypt=frozenset({"alerts-deliver", "rotate"}),
    ),
)


def keys_are_used_with_their_whole_context(project: Project) -> Iterator[Fault]:
    """`ForAllValues` holds for an absent key, hence the `Null` test beside it."""
    for key in KEYS:
        for statement in _uses(project, key):
            condition: Json = statement.get("Condition", {})
            equal: Json = condition.get("StringEquals", {})
            present = {
                name.removeprefix("kms:EncryptionContext:")
                for name, absent in condition.get("Null", {}).items()
                if absent == "false"
            }
            if equal.get("kms:EncryptionContext:purpose") == key.purpose:
                present.add("purpose")
            every: Json = condition.get("ForAllValues:StringEquals", {})
            only = every.get("kms:EncryptionContextKeys", [])
            if present != set(key.context) or set(only) != set(key.context):
                message = (
                    f"{statement['Sid']} must demand exactly the context {sorted(key.context)}"
                )
                yield Fault(where=key.where, message=message)


def keys_name_their_users(project: Project) -> Iterator[Fault]:
    """The roles in a key's policy are those whose own policy allows the same."""
    for key in KEYS:
        for use in sorted(USES):
            named = {
                str(text(arn)).rsplit("/", maxsplit=1)[-1]
                for statement in _uses(project, key)
                if use in as_list(statement["Action"])
                for arn in as_list(
                    statement.get("Condition", {})
                    .get("ArnEquals", {})
                    .get("aws:PrincipalArn", ["nobody/*"])
                )
            }
            holding = set(_holders(project, use, key))
            if named != holding:
                message = f"{use}: the key names {sorted(named)}, roles that ask: {sorted(holding)}"
                yield Fault(where=key.where, message=message)


def few_decrypt(project: Project) -> Iterator[Fault]:
    for key in KEYS:
        for role in _holders(project, "kms:Decrypt", key):
            if role.partition("-")[2] not in key.may_decrypt:
                message = (
                    f"only {sorted(key.may_decrypt)} may decrypt what is under {key.logical_id}"
                )
                yield Fault(where=role, message=message)


def key_uses_name_a_key(project: Project) -> Iterator[Fault]:
    """A use of a key that no table knows would be checked by nobody."""
    known = {key.output for key in KEYS}
    for role, statement in _using(project):
        if not _outputs(statement) <= known or not _outputs(statement):
            yield Fault(where=role, message="uses a key that iac/rules/keys.py does not know")


def account_does_not_use_a_key(project: Project) -> Iterator[Fault]:
    for key in KEYS:
        for statement in _policy(project, key):
            if statement["Effect"] != "Allow" or "Condition" in statement:
                continue
            for action in as_list(statement["Action"]):
                if action == "kms:*" or action.startswith(
                    (
                        "kms:Decrypt",
                        "kms:Encrypt",
                        "kms:Generate",
                        "kms:ReEncrypt",
                        "kms:CreateGrant",
                    )
                ):
                    message = f"{statement['Sid']} lets the whole account do {action}"
                    yield Fault(where=key.where, message=message)


def _policy(project: Project, key: Key) -> list[Json]:
    found = project.templates["iac/data.yaml"].properties(key.logical_id)
    return found["KeyPolicy"]["Statement"]


def _uses(project: Project, key: Key) -> Iterator[Json]:
    for statement in _policy(project, key):
        if statement["Effect"] == "Allow" and USES & set(as_list(statement["Action"])):
            yield statement


def _holders(project: Project, use: str, key: Key) -> Iterator[str]:
    """Names of roles whose policy allows a use of a key."""
    for role, statement in _using(project):
        if use in as_list(statement.get("Action")) and key.output in _outputs(statement):
            yield role


def _using(project: Project) -> Iterator[tuple[str, Json]]:
    """Names of roles, each with a statement of theirs that allows some use of some key."""
    for template in project.templates.values():
        for logical_id, role in template.of_type("AWS::IAM::Role"):
            for policy in role.get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    actions = set(as_list(statement.get("Action")))
                    if statement["Effect"] == "Allow" and USES & actions:
                        yield text(role.get("RoleName")) or logical_id, statement


def _outputs(statement: Json) -> set[str]:
    """The outputs of the data stack that a statement's resources are."""
    return {
        str(as_list(resource["Fn::GetAtt"])[1])
        for resource in as_list(statement["Resource"])
        if isinstance(resource, dict) and "Fn::GetAtt" in resource
    }


RULES: tuple[Rule, ...] = (
    keys_are_used_with_their_whole_context,
    keys_name_their_users,
    few_decrypt,
    key_uses_name_a_key,
    account_does_not_use_a_key,
)
