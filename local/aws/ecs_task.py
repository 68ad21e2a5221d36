"""One ECS task as the laptop keeps it, shows it and reports its changes."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from local.aws.stack import Json
from local.environment import ACCOUNT, REGION

ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
UPPER = string.ascii_uppercase + string.digits


class Status(StrEnum):
    """Where a task is in its life; each follows the one before, some may be left out."""

    PROVISIONING = "PROVISIONING"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    DEPROVISIONING = "DEPROVISIONING"
    STOPPED = "STOPPED"


class StopCode(StrEnum):
    """Why a task ended."""

    ESSENTIAL_CONTAINER_EXITED = "EssentialContainerExited"
    USER_INITIATED = "UserInitiated"
    FAILED_TO_START = "TaskFailedToStart"
    TERMINATION_NOTICE = "TerminationNotice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a task signs with, and the token by which it asks for it."""

    access_key: str
    secret: str
    token: str
    authorization: str

    @classmethod
    def issue(cls) -> Self:
        """Random ones, in AWS's shape."""
        return cls(
            access_key="ASIA" + "".join(secrets.choice(UPPER) for _ in range(16)),
            secret=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(48),
            authorization=secrets.token_urlsafe(32),
        )


@dataclass(slots=True, kw_only=True)
class Task:
    """A task's record. Times are seconds since the epoch."""

    id: str
    cluster: str
    family: str
    definition: str
    role: str
    container: str
    cpu: str
    memory: int
    created: float
    environment: Mapping[str, str]
    overrides: Json
    group: str
    started_by: str | None
    tags: list[Json]
    network: Json
    client_token: str | None
    request: str
    credentials: Credentials | None
    status: Status = Status.PROVISIONING
    desired: str = "RUNNING"
    version: int = 1
    pid: int | None = None
    pid_created: float | None = None
    exit_code: int | None = None
    exit_reason: str | None = None
    stop_code: StopCode | None = None
    stopped_reason: str | None = None
    started: float | None = None
    stopping: float | None = None
    stopped: float | None = None

    @property
    def arn(self) -> str:
        return f"{ARN}:task/{self.cluster}/{self.id}"

    @property
    def cluster_arn(self) -> str:
        return f"{ARN}:cluster/{self.cluster}"

    @property
    def live(self) -> bool:
        """Whether it still may run something."""
        return self.status is not Status.STOPPED

    @classmethod
    def of(cls, record: Json) -> Self:
        """The task that `record` was made of."""
        held = record["credentials"]
        stop = record["stop_code"]
        fields: Json = {
            **record,
            "credentials": None if held is None else Credentials(**held),
            "status": Status(record["status"]),
            "stop_code": None if stop is None else StopCode(stop),
        }
        return cls(**fields)

    def record(self) -> Json:
        """All of it, for the journal."""
        return asdict(self)

    def described(self) -> Json:
        """The task as DescribeTasks shows it."""
        times = {
            "createdAt": self.created,
            "startedAt": self.started,
            "stoppingAt": self.stopping,
            "stoppedAt": self.stopped,
        }
        return {
            **self._shown(),
            **{name: at for name, at in times.items() if at is not None},
            "tags": self.tags,
        }

    def event(self, at: datetime, identity: str) -> Json:
        """The change to its present status, as EventBridge delivers it."""
        times = {
            "createdAt": self.created,
            "startedAt": self.started,
            "stoppingAt": self.stopping,
            "stoppedAt": self.stopped,
            "updatedAt": at.timestamp(),
        }
        detail = {
            **self._shown(),
            **{name: _iso(moment) for name, moment in times.items() if moment is not None},
        }
        return {
            "version": "0",
            "id": identity,
            "detail-type": "ECS Task State Change",
            "source": "aws.ecs",
            "account": ACCOUNT,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [self.arn],
            "detail": detail,
        }

    def _shown(self) -> Json:
        optional = {
            "startedBy": self.started_by,
            "stopCode": self.stop_code,
            "stoppedReason": self.stopped_reason,
        }
        return {
            "taskArn": self.arn,
            "clusterArn": self.cluster_arn,
            "taskDefinitionArn": self.definition,
            "containers": [self._container()],
            "overrides": self.overrides,
            "group": self.group,
            "launchType": "FARGATE",
            "cpu": self.cpu,
            "memory": str(self.memory),
            "lastStatus": self.status,
            "desiredStatus": self.desired,
            "version": self.version,
            "attachments": [],
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _container(self) -> Json:
        running = self.status in {Status.RUNNING, Status.STOPPING}
        shown: dict[str, Any] = {
            "containerArn": f"{ARN}:container/{self.cluster}/{self.id}/{self.container}",
            "taskArn": self.arn,
            "name": self.container,
            "lastStatus": "RUNNING" if running else "STOPPED" if self.stopped else "PENDING",
        }
        if self.pid is not None:
            shown["runtimeId"] = f"{self.id}-{self.pid}"
        if self.exit_code is not None:
            shown["exitCode"] = self.exit_code
        if self.exit_reason is not None:
            shown["reason"] = self.exit_reason
        return shown


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
