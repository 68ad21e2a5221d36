"""Certificates of integrators, and publishing to them, through AWS IoT."""

from typing import Any

import orjson
from botocore.exceptions import ClientError

from janym.cloud.certificates import common_name, unless_gone
from janym.cloud.clients import code_of, translated
from janym.domain.errors import AlreadyExists
from janym.domain.ids import OrganizationId
from janym.domain.integrator import ORGANIZATION
from janym.ports.launcher import Certificate


class IotPasses:
    """`ports.integrators.Passes`; a certificate's id is its ARN.

    The policy lets a thing read the events of the organization that its attribute names. Who may
    issue has no right to end, and the other way round.

    https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html

    Args:
        iot: a boto3 client of the control plane.
        iot_data: one of the data plane, which ends connections.
        policy: what an integrator may subscribe to.
        thing_type: the type of integrators' things; the caller that only ends has none.
    """

    def __init__(self, iot: Any, iot_data: Any, *, policy: str, thing_type: str | None) -> None:
        self._iot = iot
        self._iot_data = iot_data
        self._policy = policy
        self._thing_type = thing_type

    def client_id(self, csr_pem: str) -> str:
        return common_name(csr_pem)

    def issue(self, client_id: str, organization: OrganizationId, csr_pem: str) -> Certificate:
        with translated("AWS IoT"):
            self._have_thing(client_id, organization)
            made = self._iot.create_certificate_from_csr(
                certificateSigningRequest=csr_pem, setAsActive=True
            )
            certificate = Certificate(id=made["certificateArn"], pem=made["certificatePem"])
            self._iot.attach_thing_principal(thingName=client_id, principal=certificate.id)
            self._iot.attach_policy(policyName=self._policy, target=certificate.id)
        return certificate

    def end(self, client_id: str, certificate: str) -> None:
        key = certificate.rpartition("/")[2]
        for step in (
            lambda: self._iot.update_certificate(certificateId=key, newStatus="INACTIVE"),
            lambda: self._iot_data.delete_connection(clientId=client_id, cleanSession=True),
            lambda: self._iot.detach_policy(policyName=self._policy, target=certificate),
            lambda: self._iot.detach_thing_principal(thingName=client_id, principal=certificate),
            lambda: self._iot.delete_certificate(certificateId=key),
            lambda: self._iot.delete_thing(thingName=client_id),
        ):
            with translated("AWS IoT"):
                unless_gone(step)

    def _have_thing(self, name: str, organization: OrganizationId) -> None:
        """Name it for this organization alone: the same once more is no error, another's is."""
        kind = {"thingTypeName": self._thing_type} if self._thing_type else {}
        try:
            self._iot.create_thing(
                thingName=name,
                **kind,
                attributePayload={"attributes": {ORGANIZATION: organization}},
            )
        except ClientError as error:
            if code_of(error) == "ResourceAlreadyExistsException":
                raise AlreadyExists("integrator", name) from error
            raise


class IotBroadcast:
    """`ports.integrators.Broadcast`.

    https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
    """

    def __init__(self, iot_data: Any) -> None:
        self._iot_data = iot_data

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        with translated("AWS IoT"):
            self._iot_data.publish(
                topic=topic,
                qos=1,
                payload=orjson.dumps(payload),
                contentType="application/json",
            )
