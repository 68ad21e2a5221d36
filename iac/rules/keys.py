"""Rules on the key of exchange credentials: who uses it, and only with the whole context."""

from collections.abc import Iterator

from iac.fault import Fault, Rule
from iac.templates import Json, Project, as_list, text

CONTEXT = {"organization_id", "credential_id", "exchange", "purpose"}
PURPOSE = "exchange-credential"
USES = {"kms:GenerateDataKey", "kms:Decrypt"}
MAY_DECRYPT = {"claim", "venue-check", "rotate", "executor"}
"""Roles, without their prefix, that may ever see an exchange key in the clear."""


def key_is_used_with_its_whole_context(project: Project) -> Iterator[Fault]:
    """`ForAllValues` holds for an absent key, hence the `Null` test beside it."""
    for statement in _uses(project):
        condition: Json = statement.get("Condition", {})
        equal: Json = condition.get("StringEquals", {})
        present = {
            key.removeprefix("kms:EncryptionContext:")
            for key, absent in condition.get("Null", {}).items()
            if absent == "false"
        }
        if equal.get("kms:EncryptionContext:purpose") == PURPOSE:
            present.add("purpose")
        only = condition.get("ForAllValues:StringEquals", {}).get("kms:EncryptionContextKeys", [])
        if present != CONTEXT or set(only) != CONTEXT:
            message = f"{statement['Sid']} must demand exactly the context {sorted(CONTEXT)}"
            yield Fault(where="iac/data.yaml: CredentialKey", message=message)


def key_names_its_users(project: Project) -> Iterator[Fault]:
    """The roles in the key policy are those whose own policy allows the same."""
    for use in sorted(USES):
        named = {
            str(text(arn)).rsplit("/", maxsplit=1)[-1]
            for statement in _uses(project)
            if use in as_list(statement["Action"])
            for arn in as_list(
                statement.get("Condition", {})
                .get("ArnEquals", {})
                .get("aws:PrincipalArn", ["nobody/*"])
            )
        }
        holding = set(_holders(project, use))
        if named != holding:
            message = f"{use}: the key names {sorted(named)}, roles that ask: {sorted(holding)}"
            yield Fault(where="iac/data.yaml: CredentialKey", message=message)


def few_decrypt(project: Project) -> Iterator[Fault]:
    for role in _holders(project, "kms:Decrypt"):
        if role.partition("-")[2] not in MAY_DECRYPT:
            yield Fault(where=role, message=f"only {sorted(MAY_DECRYPT)} may decrypt")


def account_does_not_use_the_key(project: Project) -> Iterator[Fault]:
    for statement in _key_policy(project):
        if statement["Effect"] != "Allow" or "Condition" in statement:
            continue
        for action in as_list(statement["Action"]):
            if action == "kms:*" or action.startswith(
                ("kms:Decrypt", "kms:Encrypt", "kms:Generate", "kms:ReEncrypt", "kms:CreateGrant")
            ):
                message = f"{statement['Sid']} lets the whole account do {action}"
                yield Fault(where="iac/data.yaml: CredentialKey", message=message)


def _key_policy(project: Project) -> list[Json]:
    key = project.templates["iac/data.yaml"].properties("CredentialKey")
    return key["KeyPolicy"]["Statement"]


def _uses(project: Project) -> Iterator[Json]:
    for statement in _key_policy(project):
        if statement["Effect"] == "Allow" and USES & set(as_list(statement["Action"])):
            yield statement


def _holders(project: Project, use: str) -> Iterator[str]:
    """Names of roles whose policy allows a use of a key."""
    for template in project.templates.values():
        for logical_id, role in template.of_type("AWS::IAM::Role"):
            for policy in role.get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    if statement["Effect"] == "Allow" and use in as_list(statement.get("Action")):
                        yield text(role.get("RoleName")) or logical_id


RULES: tuple[Rule, ...] = (
    key_is_used_with_its_whole_context,
    key_names_its_users,
    few_decrypt,
    account_does_not_use_the_key,
)
