"""The terminal in AWS is that of the laptop: same headers, same places, files in no other way."""

import json
import re
import subprocess
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from iac.templates import Json, Project, Template, references, text
from local.aws import pages

ROOT = Path(__file__).parents[3]
SERVED_LOCALLY_ALONE = {"/_health"}


@pytest.fixture
def stack(project: Project) -> Template:
    return project.templates["iac/web.yaml"]


@pytest.fixture
def distribution(stack: Template) -> Json:
    return stack.properties("Distribution")["DistributionConfig"]


def test_browsers_are_told_what_the_laptop_tells_them(stack: Template) -> None:
    """One Content-Security-Policy, without inline script; HTTPS for ever on top of it."""
    policy = stack.properties("Headers")["ResponseHeadersPolicyConfig"]
    known = policy["SecurityHeadersConfig"]
    told = {one["Header"]: one["Value"] for one in policy["CustomHeadersConfig"]["Items"]} | {
        "Content-Security-Policy": text(known["ContentSecurityPolicy"]["ContentSecurityPolicy"]),
        "Referrer-Policy": known["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if known["ContentTypeOptions"]["Override"] else "",
        "X-Frame-Options": known["FrameOptions"]["FrameOption"],
    }

    assert told == pages.headers(
        issuer="https://x-1", live="wss://x-1.execute-api.ap-northeast-1.amazonaws.com x-1"
    )
    assert known["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    for one in (*known.values(), *policy["CustomHeadersConfig"]["Items"]):
        assert one["Override"]


def test_pages_may_speak_with_the_socket_and_the_issuer_that_they_use(project: Project) -> None:
    """The API is the pages' own origin; the ticket's address and the issuer are other ones."""
    headers = project.templates["iac/web.yaml"].properties("Headers")
    policy = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    allowed = set(references(policy["ContentSecurityPolicy"]))
    given = next(given for name, given, _ in project.nested() if name == "Web")
    socket = project.root.properties("LiveFunction")["Environment"]["Variables"]["LIVE_SOCKET_URL"]

    assert {"LiveApiId", "SignInIssuer", "SignInOrigins"} <= allowed
    assert "LiveApi" in references(socket)
    assert given["LiveApiId"] == {"Ref": "LiveApi"}
    assert given["SignInIssuer"] == {"Ref": "JwtIssuer"}


def test_what_the_api_answers_on_the_laptop_it_answers_in_aws(distribution: Json) -> None:
    """Never from a cache, and with the caller's token."""
    found: dict[str, Json] = {one["PathPattern"]: one for one in distribution["CacheBehaviors"]}

    assert {path.rstrip("*") for path in found} == set(pages.OF_THE_API) - SERVED_LOCALLY_ALONE
    assert {one["TargetOriginId"] for one in found.values()} == {"api"}
    assert "CustomErrorResponses" not in distribution
    assert set(found["/api/*"]["AllowedMethods"]) >= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    for one in found.values():
        assert one["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert one["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_files_are_read_through_the_distribution_alone(stack: Template) -> None:
    files = stack.properties("Files")
    allowed = [
        statement
        for statement in stack.properties("FilesPolicy")["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    assert all(files["PublicAccessBlockConfiguration"].values())
    assert {one["Action"] for one in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for one in allowed:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert "Distribution" in set(references(one["Condition"]))
    access = stack.properties("Access")["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")


def test_nothing_is_spoken_in_the_clear(distribution: Json) -> None:
    own, _ = distribution["ViewerCertificate"]["Fn::If"][1:]
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]

    assert own["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert {one["ViewerProtocolPolicy"] for one in behaviours} == {
        "redirect-to-https",
        "https-only",
    }
    for origin in distribution["Origins"]:
        assert origin.get("CustomOriginConfig", {"OriginProtocolPolicy": "https-only"})[
            "OriginProtocolPolicy"
        ] == "https-only"  # fmt: skip


def test_visits_are_logged_and_forgotten(stack: Template, distribution: Json) -> None:
    """S0-159."""
    assert "Logs" in set(references(distribution["Logging"]["Bucket"]))
    (rule,) = stack.properties("Logs")["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)


def test_the_provider_is_told_the_address_that_people_come_back_to(stack: Template) -> None:
    """The callback that the deployer allows at Cognito is the one that the page asks for."""
    source = (ROOT / "web/src/app/session.ts").read_text()
    (callback,) = re.findall(r"^export const CALLBACK = '([^']+)'", source, re.MULTILINE)
    output = stack.source["Outputs"]["SignInCallback"]["Value"]["Fn::If"][1:]
    address = stack.source["Outputs"]["Url"]["Value"]["Fn::If"][1:]

    assert [text(one) for one in output] == [f"{text(one)}{callback}" for one in address]


@pytest.mark.parametrize(
    "path",
    ["/", "/bots", "/bots/5f3c/fills", "/signed-in", "/markets/binance/spot/BTC-USDT",
     "/index.html", "/icon.svg", "/assets/index-1a.js", "/assets/gone.js", "/a.b/c"],
)  # fmt: skip
def test_every_place_is_found_as_on_the_laptop(path: str, stack: Template, tmp_path: Path) -> None:
    """A place is the page; a file is itself, there or not."""
    for file in ("index.html", "icon.svg", "assets/index-1a.js"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    here = pages.found(tmp_path, path)
    there = tmp_path / asked(stack, path)["uri"].lstrip("/")

    assert (here or there) == there
    assert there.is_file() == (here is not None)


def test_the_page_is_told_whom_to_sign_in_with(stack: Template) -> None:
    """What `readSettings` of the terminal asks for, never kept."""
    answer = asked(stack, pages.SETTINGS)
    settings = json.loads(answer["body"]["data"])

    assert answer["statusCode"] == HTTPStatus.OK
    assert answer["headers"]["cache-control"]["value"] == "no-store"
    assert settings == {"issuer": "x-1", "client_id": "x-1", "scope": "x-1"}


def asked(stack: Template, path: str) -> dict[str, Any]:
    """Run the distribution's function on a request, in the language it is written in."""
    code = str(text(stack.properties("Places")["FunctionCode"]))
    event = json.dumps({"request": {"method": "GET", "uri": path, "headers": {}}})
    done = subprocess.run(
        ["node", "-e", f"{code}\nprocess.stdout.write(JSON.stringify(handler({event})))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
