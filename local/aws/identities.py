"""What a template's resources are called on the laptop: names, ARNs, addresses."""

import hashlib
from collections.abc import Mapping
from typing import Any

from local.aws.intrinsics import Scope, TemplateUnsupported
from local.aws.stack import Stack
from local.environment import ACCOUNT, REGION

NAME_PROPERTY: Mapping[str, str] = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::IAM::Role": "RoleName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::Service": "ServiceName",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::IoT::Policy": "PolicyName",
    "AWS::IoT::ThingType": "ThingTypeName",
    "AWS::IoT::TopicRule": "RuleName",
    "AWS::Events::Rule": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
}
"""The property that names a resource; without it the name is made of stack and logical id."""

ARN: Mapping[str, str] = {
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "lambda:{region}:{account}:layer:{name}:1",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::ECS::Cluster": "ecs:{region}:{account}:cluster/{name}",
    "AWS::ECS::TaskDefinition": "ecs:{region}:{account}:task-definition/{name}:1",
    "AWS::IoT::Policy": "iot:{region}:{account}:policy/{name}",
    "AWS::IoT::TopicRule": "iot:{region}:{account}:rule/{name}",
    "AWS::IoT::ThingType": "iot:{region}:{account}:thingtype/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::Scheduler::Schedule": "scheduler:{region}:{account}:schedule/default/{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::RDS::DBCluster": "rds:{region}:{account}:cluster:{name}",
    "AWS::RDS::DBProxy": "rds:{region}:{account}:db-proxy:{name}",
    "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{name}",
}

REF_IS_ARN = frozenset(
    {
        "AWS::ECS::TaskDefinition",
        "AWS::SecretsManager::Secret",
        "AWS::SNS::Topic",
        "AWS::Lambda::LayerVersion",
    }
)

NETWORK: Mapping[str, str] = {
    "AWS::EC2::VPC": "vpc",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::SecurityGroup": "sg",
    "AWS::EC2::EIP": "eipalloc",
    "AWS::EC2::NatGateway": "nat",
    "AWS::EC2::RouteTable": "rtb",
}


class LaptopIdentities:
    """Gives each resource the name it has on the laptop."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def ref(self, scope: Scope, logical_id: str) -> Any:
        """What `Ref` gives: an ARN, a URL, an id or a name, as CloudFormation does by type."""
        kind = self._kind(scope, logical_id)
        if kind == "AWS::SQS::Queue":
            return f"{self._stack.address('sqs')}/{ACCOUNT}/{self.name(scope, logical_id)}"
        if kind in REF_IS_ARN:
            return self.arn(scope, logical_id)
        return self.name(scope, logical_id)

    def attribute(self, scope: Scope, logical_id: str, name: str) -> Any:
        """What `Fn::GetAtt` gives. Raises TemplateUnsupported with the logical id."""
        kind = self._kind(scope, logical_id)
        if name == "Arn" and kind in ARN:
            return self.arn(scope, logical_id)
        other = self._attributes(scope, logical_id).get((kind, name))
        if other is None:
            raise TemplateUnsupported(
                f"{scope.name}/{logical_id}: the laptop has no {name} of {kind}"
            )
        return other

    def arn(self, scope: Scope, logical_id: str) -> str:
        """The resource's ARN."""
        pattern = ARN[self._kind(scope, logical_id)]
        name = self.name(scope, logical_id)
        return "arn:aws:" + pattern.format(region=REGION, account=ACCOUNT, name=name)

    def name(self, scope: Scope, logical_id: str) -> str:
        """The resource's name or id; stable from start to start."""
        kind = self._kind(scope, logical_id)
        properties = scope.properties(logical_id)
        if kind in NAME_PROPERTY and NAME_PROPERTY[kind] in properties:
            return str(scope.resolve(properties[NAME_PROPERTY[kind]], logical_id))
        if kind in NETWORK:
            digest = hashlib.sha256(f"{scope.name}/{logical_id}".encode()).hexdigest()
            return f"{NETWORK[kind]}-{digest[:17]}"
        if kind == "AWS::KMS::Key":
            return "mrk-" + hashlib.sha256(f"{scope.name}/{logical_id}".encode()).hexdigest()[:32]
        if kind == "AWS::ApiGatewayV2::Api":
            return logical_id.lower()
        return f"{scope.name}-{logical_id}"

    def _attributes(self, scope: Scope, logical_id: str) -> Mapping[tuple[str, str], str]:
        name = self.name(scope, logical_id)
        database = self._stack.host("postgres")
        return {
            ("AWS::SQS::Queue", "QueueName"): name,
            ("AWS::SQS::Queue", "QueueUrl"): str(self.ref(scope, logical_id)),
            ("AWS::KMS::Key", "KeyId"): name,
            ("AWS::EC2::SecurityGroup", "GroupId"): name,
            ("AWS::EC2::Subnet", "SubnetId"): name,
            ("AWS::EC2::VPC", "VpcId"): name,
            ("AWS::EC2::EIP", "PublicIp"): "127.0.0.1",
            ("AWS::EC2::EIP", "AllocationId"): name,
            ("AWS::EC2::NatGateway", "NatGatewayId"): name,
            ("AWS::RDS::DBCluster", "Endpoint.Address"): database,
            ("AWS::RDS::DBCluster", "Endpoint.Port"): str(self._stack.port("postgres")),
            ("AWS::RDS::DBCluster", "DBClusterResourceId"): f"cluster-{logical_id.upper()}",
            ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn"): (
                f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-owner"
            ),
            ("AWS::RDS::DBProxy", "Endpoint"): database,
            ("AWS::RDS::DBProxy", "DBProxyArn"): self._arn_or_name(scope, logical_id),
            ("AWS::SecretsManager::Secret", "Id"): self._arn_or_name(scope, logical_id),
            ("AWS::IAM::Role", "RoleId"): f"AROA{logical_id.upper()}",
            ("AWS::ApiGatewayV2::Api", "ApiId"): name,
            (
                "AWS::ApiGatewayV2::Api",
                "ApiEndpoint",
            ): f"https://{name}.execute-api.{REGION}.amazonaws.com",
            ("AWS::IoT::ThingType", "Id"): name,
        }

    def _arn_or_name(self, scope: Scope, logical_id: str) -> str:
        known = self._kind(scope, logical_id) in ARN
        return self.arn(scope, logical_id) if known else self.name(scope, logical_id)

    @staticmethod
    def _kind(scope: Scope, logical_id: str) -> str:
        return str(scope.resources[logical_id]["Type"])
