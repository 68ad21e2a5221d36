"""Rules on queues: what waits, who takes it, where it ends."""

from collections.abc import Iterator

from iac.fault import Fault, Rule
from iac.templates import Json, Project, references

DEFAULT_VISIBILITY_S = 30
DEFAULT_RETENTION_S = 345_600
DEFAULT_TIMEOUT_S = 3
MOST_RECEIVES = 1000


def message_outlives_its_attempts(project: Project) -> Iterator[Fault]:
    """AWS asks for six function timeouts, or a slow batch comes again while it is written."""
    for name, _, queue, function in _mappings(project):
        visible = queue.get("VisibilityTimeout", DEFAULT_VISIBILITY_S)
        timeout = function.get("Timeout", DEFAULT_TIMEOUT_S)
        if visible < 6 * timeout:
            message = f"visibility of {visible} s is under six function timeouts of {timeout} s"
            yield Fault(where=name, message=message)


def batch_fails_in_parts(project: Project) -> Iterator[Fault]:
    for name, mapping, _, _ in _mappings(project):
        if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
            yield Fault(where=name, message="one bad message fails its whole batch")


def large_batch_has_a_window(project: Project) -> Iterator[Fault]:
    for name, mapping, _, _ in _mappings(project):
        if mapping.get("BatchSize", 10) > 10 and not mapping.get("MaximumBatchingWindowInSeconds"):
            yield Fault(where=name, message="a batch over 10 needs MaximumBatchingWindowInSeconds")


def readers_are_limited(project: Project) -> Iterator[Fault]:
    """Without a limit a backlog takes every connection of the database."""
    for name, mapping, _, _ in _mappings(project):
        if not mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
            yield Fault(where=name, message="needs ScalingConfig.MaximumConcurrency")


def receive_count_is_possible(project: Project) -> Iterator[Fault]:
    for name, queue in project.root.of_type("AWS::SQS::Queue"):
        count = queue.get("RedrivePolicy", {}).get("maxReceiveCount", 1)
        if not 1 <= count <= MOST_RECEIVES:
            yield Fault(
                where=name, message=f"maxReceiveCount {count} is outside 1..{MOST_RECEIVES}"
            )


def dead_letters_are_kept_longer(project: Project) -> Iterator[Fault]:
    """A dead letter keeps its first queue's clock: with equal retention it may be gone at once."""
    for name, queue in project.root.of_type("AWS::SQS::Queue"):
        for target in references(queue.get("RedrivePolicy", {})):
            dead = project.root.properties(target)
            kept = dead.get("MessageRetentionPeriod", DEFAULT_RETENTION_S)
            if kept <= queue.get("MessageRetentionPeriod", DEFAULT_RETENTION_S):
                yield Fault(where=name, message=f"{target} must keep messages longer than it")


def every_mapped_queue_has_dead_letters(project: Project) -> Iterator[Fault]:
    for name, _, queue, _ in _mappings(project):
        if "RedrivePolicy" not in queue:
            yield Fault(where=name, message="its queue has no dead letter queue")


def dead_letters_raise_an_alarm(project: Project) -> Iterator[Fault]:
    """What nobody could take must reach a person."""
    root = project.root
    ends = {name for name, queue in root.of_type("AWS::SQS::Queue") if "RedrivePolicy" not in queue}
    alarms = project.templates["iac/alarms.yaml"]
    watched = {
        dimension["Value"].get("Ref")
        for _, alarm in alarms.of_type("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }
    for name in sorted(ends - watched):
        yield Fault(where=alarms.name, message=f"no alarm watches {name}")


def _mappings(project: Project) -> Iterator[tuple[str, Json, Json, Json]]:
    """Logical id, mapping, queue and function of every event source mapping."""
    root = project.root
    for name, mapping in root.of_type("AWS::Lambda::EventSourceMapping"):
        queue = next(references(mapping["EventSourceArn"]))
        function = next(references(mapping["FunctionName"]))
        yield name, mapping, root.properties(queue), root.properties(function)


RULES: tuple[Rule, ...] = (
    message_outlives_its_attempts,
    batch_fails_in_parts,
    large_batch_has_a_window,
    readers_are_limited,
    receive_count_is_possible,
    dead_letters_are_kept_longer,
    every_mapped_queue_has_dead_letters,
    dead_letters_raise_an_alarm,
)
