"""Every rule of the gate sees the fault it is for, planted in the real templates."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from iac import gate, rules
from iac.templates import Project, TemplateUnreadable, read_template

ROOT, DATA, IOT = "template.yaml", "iac/data.yaml", "iac/iot.yaml"
CONTAINERS, ALARMS = "iac/containers.yaml", "iac/alarms.yaml"
BOT_TOPIC = (
    "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}"
    ":topic/hbot/${!iot:Connection.Thing.ThingName}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A text of the templates, and what a careless hand makes of it."""

    rule: str
    old: str
    new: str
    file: str = ROOT


PLANTS = {
    # stacks
    "claim waits for the stack that waits for claim": Plant(
        rule="no_cycle",
        old='BOT_ROLE_NAME: !Sub "${Prefix}-bot-task"',
        new="BOT_ROLE_NAME: !GetAtt Containers.Outputs.BotTaskRoleArn",
    ),
    "nested parameter not given": Plant(
        rule="nested_parameters_match", old="        RunApiId: !Ref RunApi\n", new=""
    ),
    "unknown nested parameter": Plant(
        rule="nested_parameters_match", old="RunApiId: !Ref RunApi", new="RunsApi: !Ref RunApi"
    ),
    "nested output that does not exist": Plant(
        rule="nested_outputs_exist", old="Network.Outputs.BotSubnets", new="Network.Outputs.Subnet"
    ),
    "stack that nobody nests": Plant(
        rule="every_stack_is_nested",
        old="TemplateURL: iac/alarms.yaml",
        new="TemplateURL: https://bucket.s3.amazonaws.com/alarms.yaml",
    ),
    # functions
    "function without a folder": Plant(
        rule="every_folder_is_deployed", old="functions/claim", new="functions/claims"
    ),
    "logical id that does not follow the folder": Plant(
        rule="every_folder_is_deployed", old="  LogsFunction:\n", new="  BotLogsFunction:\n"
    ),
    "route that the handler does not answer": Plant(
        rule="routes_are_answered",
        old='"/api/bots/{bot_id}/pnl", Method: GET',
        new='"/api/bots/{bot_id}/profit", Method: GET',
    ),
    "route without an authorizer": Plant(
        rule="routes_ask_who_calls",
        old="Path: /api/strategies, Method: GET",
        new="Path: /api/strategies, Method: GET, Auth: {Authorizer: NONE}",
    ),
    "security group without subnets": Plant(
        rule="groups_come_with_subnets",
        old="VpcConfig: *vpc",
        new="VpcConfig: {SecurityGroupIds: [sg-12345678], SubnetIds: []}",
    ),
    "two functions in one role": Plant(
        rule="one_role_per_function",
        old="Role: !GetAtt VenueCheckRole.Arn",
        new="Role: !GetAtt ClaimRole.Arn",
    ),
    "database user whom the role does not let in": Plant(
        rule="database_user_may_sign_in", old="postgresql://ingest@", new="postgresql://control@"
    ),
    "people let in by their token alone": Plant(
        rule="people_are_let_in", old="postgresql://ingest@", new="postgresql://app@"
    ),
    "variable that nobody reads": Plant(
        rule="variables_are_known", old="TELEMETRY_RULE: ", new="TELEMETRY_RULE_NAME: "
    ),
    "alarm on a function that is called otherwise": Plant(
        rule="alarms_watch_what_exists",
        file=ALARMS,
        old='"${Prefix}-task-events"',
        new='"${Prefix}-taskevents"',
    ),
    # wiring
    "variable that a handler reads and is not told": Plant(
        rule="functions_are_told_what_they_use",
        old='          TELEMETRY_RULE: !Sub "${Prefix}_telemetry"\n',
        new="",
    ),
    "variable that a handler is told and does not read": Plant(
        rule="functions_are_told_what_they_use",
        old="          BOT_ROLE_NAME: ",
        new="          CLUSTER: !Ref Prefix\n          BOT_ROLE_NAME: ",
    ),
    # queues
    "visibility below six timeouts": Plant(
        rule="message_outlives_its_attempts",
        old="VisibilityTimeout: 180",
        new="VisibilityTimeout: 30",
    ),
    "no partial batch failure": Plant(
        rule="batch_fails_in_parts",
        old="            FunctionResponseTypes: [ReportBatchItemFailures]\n",
        new="",
    ),
    "large batch without a window": Plant(
        rule="large_batch_has_a_window",
        old="            MaximumBatchingWindowInSeconds: 1\n",
        new="",
    ),
    "readers without a limit": Plant(
        rule="readers_are_limited",
        old="            ScalingConfig: {MaximumConcurrency: 5}\n",
        new="",
    ),
    "receive count over a thousand": Plant(
        rule="receive_count_is_possible", old="maxReceiveCount: 1000", new="maxReceiveCount: 2000"
    ),
    "dead letters kept no longer": Plant(
        rule="dead_letters_are_kept_longer",
        old="MessageRetentionPeriod: 1209600",
        new="MessageRetentionPeriod: 864000",
    ),
    "queue without dead letters": Plant(
        rule="every_mapped_queue_has_dead_letters",
        old="      RedrivePolicy:\n"
        "        deadLetterTargetArn: !GetAtt CurrentDlq.Arn\n"
        "        maxReceiveCount: 1000\n",
        new="",
    ),
    "dead letters that nobody hears of": Plant(
        rule="dead_letters_raise_an_alarm",
        file=ALARMS,
        old="Value: !Ref RuleErrors}",
        new="Value: !Ref EventsDlq}",
    ),
    # messages
    "IoT SQL with a typing error": Plant(
        rule="rule_sql_is_understood", old="FROM 'hbot/+/config'", new="FORM 'hbot/+/config'"
    ),
    "payload beside the bot's id": Plant(
        rule="rule_sql_is_understood",
        old="SELECT encode(*, 'base64') AS body, topic(2) AS bot_id",
        new="SELECT *, topic(2) AS bot_id",
    ),
    "condition on a level that short topics lack": Plant(
        rule="rule_conditions_are_positive",
        old="topic(3) IN ['ack', 'status', 'orders']",
        new="topic(4) <> 'update'",
    ),
    "topic that reaches no rule": Plant(
        rule="every_topic_reaches_one_rule", old="['ack', 'status', 'orders']", new="['ack']"
    ),
    "command that reaches a rule": Plant(
        rule="every_topic_reaches_one_rule",
        old="FROM 'hbot/+/config'",
        new="FROM 'hbot/+/config/#'",
    ),
    "rule without an error action": Plant(
        rule="rule_errors_are_kept", old="        ErrorAction: *toErrors\n", new=""
    ),
    "rule that may not send to its queue": Plant(
        rule="rule_role_covers_its_queues",
        old="[!GetAtt CurrentQueue.Arn, !GetAtt HistoryQueue.Arn, !GetAtt RuleErrors.Arn]",
        new="[!GetAtt CurrentQueue.Arn, !GetAtt RuleErrors.Arn]",
    ),
    "event pattern that matches nothing": Plant(
        rule="task_events_match_their_rule",
        old="[ECS Task State Change]",
        new="[ECS Task Stat Change]",
    ),
    "event pattern of another task": Plant(
        rule="task_events_match_their_rule",
        old='task-definition/${Prefix}-bot:"]',
        new='task-definition/${Prefix}-bots:"]',
    ),
    # bots
    "topic that the bot may not publish": Plant(
        rule="bot_policy_is_the_topic_table", file=IOT, old="/status*", new="/status/*"
    ),
    "bot that may command itself": Plant(
        rule="bot_policy_is_the_topic_table", file=IOT, old='/ack"', new='/*"'
    ),
    "grant that no topic needs": Plant(
        rule="bot_policy_is_the_topic_table",
        file=IOT,
        old=f'              - !Sub "{BOT_TOPIC}/ack"\n',
        new=f'              - !Sub "{BOT_TOPIC}/ack"\n              - !Sub "{BOT_TOPIC}/x"\n',
    ),
    "bot that may speak for others": Plant(
        rule="bot_policy_names_one_bot",
        file=IOT,
        old='topic/hbot/${!iot:Connection.Thing.ThingName}/config"',
        new='topic/hbot/*/config"',
    ),
    "policy over IoT Core's size": Plant(
        rule="iot_policies_fit",
        file=IOT,
        old=f'              - !Sub "{BOT_TOPIC}/ack"\n',
        new=f'              - !Sub "{BOT_TOPIC}/ack"\n' * 6,
    ),
    "stop that Fargate does not wait for": Plant(
        rule="tasks_stop_in_time",
        file=CONTAINERS,
        old="StopTimeout: 120",
        new="StopTimeout: 180",
    ),
    "another process 1 than the bridge": Plant(
        rule="bridge_is_the_first_process",
        file=CONTAINERS,
        old="InitProcessEnabled: false",
        new="InitProcessEnabled: true",
    ),
    "bot that may call every route": Plant(
        rule="bot_role_may_only_claim",
        file=CONTAINERS,
        old="/$default/POST/claim",
        new="/*",
    ),
    # access
    "action that AWS does not have": Plant(
        rule="actions_exist", old="Action: ecs:RunTask", new="Action: ecs:RunTasks"
    ),
    "action on a resource that it does not take": Plant(
        rule="actions_fit_their_resources",
        old=':task-definition/${Prefix}-bot:*"\n',
        new=':cluster/${Prefix}"\n',
    ),
    "everything without a reason": Plant(
        rule="wildcards_have_a_reason",
        old="Action: [ecs:DescribeTasks, ecs:StopTask]\n              Resource: !Sub "
        '"arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/${Prefix}/*"',
        new='Action: [ecs:DescribeTasks, ecs:StopTask]\n              Resource: "*"',
    ),
    "condition key with a typing error": Plant(
        rule="condition_keys_exist",
        file=DATA,
        old="kms:EncryptionContext:purpose",
        new="kms:EncryptionContxt:purpose",
    ),
    "condition operator with a typing error": Plant(
        rule="condition_keys_exist",
        file=DATA,
        old='"ForAllValues:StringEquals"',
        new='"ForAllValue:StringEquals"',
    ),
    "service principal with a typing error": Plant(
        rule="principals_exist", old="events.amazonaws.com}", new="event.amazonaws.com}"
    ),
    "role over IAM's size": Plant(
        rule="role_policies_fit",
        old="              - *noInterfaces\n              - *decrypt\n",
        new="              - *noInterfaces\n" * 40 + "              - *decrypt\n",
    ),
    "function that may call whom it is not told of": Plant(
        rule="invoked_functions_are_allowed",
        old="          Statement: [*appLogin]\n",
        new="          Statement: [*appLogin, *askVenueCheck]\n",
    ),
    "call to a function that is named otherwise": Plant(
        rule="invoked_functions_are_allowed",
        old='FunctionName: !Sub "${Prefix}-reconcile"',
        new='FunctionName: !Sub "${Prefix}-reconciler"',
    ),
    # keys
    "key usable without a context": Plant(
        rule="keys_are_used_with_their_whole_context",
        file=DATA,
        old='"kms:EncryptionContext:credential_id": "false", ',
        new="",
    ),
    "key that names a role which does not ask": Plant(
        rule="keys_name_their_users", file=DATA, old="${Prefix}-claim", new="${Prefix}-operator"
    ),
    "decryption by one more role": Plant(
        rule="few_decrypt",
        old="Action: kms:GenerateDataKey",
        new="Action: [kms:GenerateDataKey, kms:Decrypt]",
    ),
    "use of a key that nobody checks": Plant(
        rule="key_uses_name_a_key",
        old="Resource: !GetAtt Data.Outputs.ChannelKeyArn",
        new="Resource: !Ref MailSecretArn",
    ),
    "key that the whole account may use": Plant(
        rule="account_does_not_use_a_key",
        file=DATA,
        old='"kms:TagResource", ',
        new='"kms:TagResource", "kms:Decrypt", ',
    ),
}


def test_the_templates_as_they_are_pass(project: Project, sparse: Project) -> None:
    assert gate.check(project) == []
    assert gate.check(sparse) == []


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_a_planted_fault_is_seen(
    plant: Plant, project: Project, sparse: Project, tmp_path: Path
) -> None:
    """SU-008: what cfn-lint does not see, the gate does."""
    planted = next((each for each in (sparse, project) if plant.old in text(each, plant)), None)
    assert planted is not None, "the templates no longer hold the text to spoil"
    file = tmp_path / "spoiled.yaml"
    file.write_text(text(planted, plant).replace(plant.old, plant.new, 1))
    spoiled = read_template(file, plant.file)

    found = gate.check(replace(planted, templates={**planted.templates, plant.file: spoiled}))

    assert f"[{plant.rule}]" in " ".join(found), found


def text(project: Project, plant: Plant) -> str:
    return (project.folder / plant.file).read_text()


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule.__name__ for rule in rules.RULES} == {plant.rule for plant in PLANTS.values()}


def test_a_folder_that_is_not_deployed_is_seen(project: Project, tmp_path: Path) -> None:
    shutil.copytree(project.folder, tmp_path, dirs_exist_ok=True)
    new = tmp_path / "functions/forgotten/handler.py"
    new.parent.mkdir()
    new.write_text("")

    assert gate.check(replace(project, folder=tmp_path)) == [
        "functions/forgotten: template.yaml has no function for it [every_folder_is_deployed]"
    ]


def test_a_route_that_is_not_deployed_is_seen(project: Project, tmp_path: Path) -> None:
    shutil.copytree(project.folder, tmp_path, dirs_exist_ok=True)
    handler = tmp_path / "functions/bots/handler.py"
    handler.write_text(handler.read_text() + '\n@app.post("/api/bots/<bot_id>/juggle")\n')

    (found,) = gate.check(replace(project, folder=tmp_path))
    assert found.startswith("BotsFunction: has no event for POST /api/bots/{bot_id}/juggle")


def test_what_a_port_needs_is_seen(project: Project, tmp_path: Path) -> None:
    shutil.copytree(project.folder, tmp_path, dirs_exist_ok=True)
    handler = tmp_path / "functions/logs/handler.py"
    handler.write_text(handler.read_text() + "\nwiring.history()\nwiring.oracle()\n")

    assert gate.check(replace(project, folder=tmp_path)) == [
        f"LogsFunction: {found} [functions_are_told_what_they_use]"
        for found in (
            "asks wiring.oracle(), which this rule does not know",
            "uses CLICKHOUSE_SECRET_ARN and is not told it",
            "uses CLICKHOUSE_URL and is not told it",
        )
    ]


def test_a_template_that_sam_refuses_is_named(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    good = (project.folder / ROOT).read_text()
    file.write_text(good.replace("Type: HttpApi", "Type: HttpApis"))

    with pytest.raises(TemplateUnreadable, match=r"template\.yaml: SAM refuses it"):
        read_template(file, ROOT)


def test_a_service_that_the_table_lacks_is_not_objected_to(project: Project) -> None:
    assert gate.check(replace(project, actions={})) == []
