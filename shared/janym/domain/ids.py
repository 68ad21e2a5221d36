"""The identifiers, each with a type of its own so that none is taken for another."""

from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", str)
"""The `org_id` claim of the sign-in token."""

UserId = NewType("UserId", str)
"""The `sub` claim of the sign-in token, or the name of the function that acts."""

BotId = NewType("BotId", UUID)
CredentialId = NewType("CredentialId", UUID)
RunId = NewType("RunId", UUID)
CommandId = NewType("CommandId", UUID)

TaskId = NewType("TaskId", str)
"""The last part of an ECS task's ARN."""

ClientOrderId = NewType("ClientOrderId", str)
TradeId = NewType("TradeId", str)
