"""A setting that is missing or wrong is named with what it is."""

import pytest

from janym import config
from janym.config import DatabaseAuth, NotConfigured, Settings
from janym.domain.bot import Environment


def test_a_missing_variable_is_named_with_what_it_holds() -> None:
    with pytest.raises(NotConfigured, match="DATABASE_URL is not set: libpq URL"):
        _ = Settings(variables={}).database_url


@pytest.mark.parametrize(
    ("name", "value", "attribute"),
    [
        ("DATABASE_AUTH", "magic", "database_auth"),
        ("IOT_MQTT_PORT", "eighty", "iot_mqtt_port"),
        ("BOT_SUBNETS", " , ", "bot_subnets"),
        ("VENUE_ENDPOINTS", "{", "venue_endpoints"),
        ("VENUE_ENDPOINTS", "[]", "venue_endpoints"),
        ("VENUE_ENDPOINTS", '{"moon": {"binance": {}}}', "venue_endpoints"),
        ("VENUE_ENDPOINTS", '{"paper": {"binance": "http://x"}}', "venue_endpoints"),
    ],
)
def test_a_wrong_value_is_shown_with_what_is_wanted(name: str, value: str, attribute: str) -> None:
    with pytest.raises(NotConfigured, match=name):
        getattr(Settings(variables={name: value}), attribute)


def test_what_has_a_default_needs_no_variable() -> None:
    settings = Settings(variables={})

    assert settings.database_auth is DatabaseAuth.URL
    assert (settings.iot_mqtt_port, settings.bot_container) == (8883, "bot")
    assert settings.venue_endpoints == {}
    assert settings.venue_check_function is None


def test_values_are_read_as_what_they_are() -> None:
    settings = Settings(
        variables={
            "DATABASE_AUTH": "iam",
            "BOT_SUBNETS": "subnet-a, subnet-b",
            "VENUE_ENDPOINTS": '{"paper": {"binance": {"rest": "http://x"}}}',
        }
    )

    assert settings.database_auth is DatabaseAuth.IAM
    assert settings.bot_subnets == ("subnet-a", "subnet-b")
    assert settings.venue_endpoints == {("binance", Environment.PAPER): {"rest": "http://x"}}


def test_settings_show_no_value() -> None:
    assert "canary" not in repr(Settings(variables={"DATABASE_URL": "postgresql://a:canary@b/c"}))


def test_the_brokers_authority_is_amazons_where_none_is_given() -> None:
    found = Settings(variables={"IOT_CA_PEM": ""}).iot_ca_pem

    assert found == config.amazon_root_ca()
    assert found.startswith("-----BEGIN CERTIFICATE-----\n")
    assert found.endswith("-----END CERTIFICATE-----\n")
    assert Settings(variables={"IOT_CA_PEM": "own"}).iot_ca_pem == "own"
