"""The organization over HTTP."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import Asked
from janym.domain.organization import Organization


class PutOrganization(Asked):
    """Its name for people."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class OrganizationView(BaseModel):
    """An organization."""

    id: str
    name: str
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(
            id=organization.id,
            name=organization.name,
            created_at=organization.created_at,
            updated_at=organization.updated_at,
        )
