"""Every setting of every strategy has Russian words too, and so have its unit and its choices."""

import json
from typing import Any

import pytest

from janym.hummingbot import strategies
from local.layout import ROOT

WORDS = ROOT / "web/src/i18n"
OF_THE_PAIR = {"base", "quote", "quote per base"}
"""Units that the terminal calls by the pair's own assets."""


def words(language: str, name: str) -> dict[str, Any]:
    return json.loads((WORDS / language / f"{name}.json").read_text())


def settings(strategy: str) -> dict[str, dict[str, Any]]:
    """Return what is said of each setting, in whichever alternative of its schema it stands."""
    found = strategies.schema(strategy)["properties"]
    return {
        name: node | {key: value for one in node.get("anyOf", []) for key, value in one.items()}
        for name, node in found.items()
    }


@pytest.mark.parametrize("strategy", strategies.STRATEGIES)
def test_no_setting_is_without_its_russian_words(strategy: str) -> None:
    """S0-110, S0-125."""
    russian = words("ru", "parameters")
    own = russian["help_in"].get(strategy, {})

    assert [name for name in settings(strategy) if name not in russian["field"]] == []
    assert [
        name for name in settings(strategy) if not (own.get(name) or russian["help"].get(name))
    ] == []
    assert set(own) <= set(settings(strategy))


def test_what_strategies_explain_differently_is_explained_differently() -> None:
    """S0-125: one Russian explanation for one English one."""
    russian = words("ru", "parameters")
    told: dict[tuple[str, str], str] = {}
    for strategy in strategies.STRATEGIES:
        for name, node in settings(strategy).items():
            text = russian["help_in"].get(strategy, {}).get(name) or russian["help"][name]
            assert told.setdefault((name, node["description"]), text) == text, (strategy, name)

    assert len(set(told.values())) == len(told)


def test_the_table_names_nothing_that_is_gone() -> None:
    russian = words("ru", "parameters")
    known = {name for strategy in strategies.STRATEGIES for name in settings(strategy)}

    assert set(russian["field"]) == set(russian["help"]) == known
    assert set(russian["help_in"]) <= set(strategies.STRATEGIES)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_units_and_strategies_have_names(language: str) -> None:
    """S0-110."""
    wizard = words(language, "wizard")
    units = {
        node["unit"]
        for strategy in strategies.STRATEGIES
        for node in settings(strategy).values()
        if "unit" in node
    }

    assert units - OF_THE_PAIR == set(wizard["unit"])
    assert set(wizard["strategy"]) == set(strategies.STRATEGIES)


def test_choices_have_russian_names() -> None:
    choices = {
        choice
        for strategy in strategies.STRATEGIES
        for node in settings(strategy).values()
        for choice in node.get("enum", [])
    }

    assert set(words("ru", "parameters")["choice"]) == choices
