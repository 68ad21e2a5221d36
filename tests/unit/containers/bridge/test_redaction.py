"""Keys in any spelling."""

import pytest

from containers.bridge.redaction import MASK, Redaction, spellings

SECRET = 'p4ss/word+with="odd" signs'


@pytest.mark.parametrize("spelling", sorted(set(spellings(SECRET))))
def test_every_spelling_is_masked(spelling: str) -> None:
    assert Redaction([SECRET])(f"before {spelling} after") == f"before {MASK} after"


def test_a_text_without_secrets_stays() -> None:
    assert Redaction([SECRET])("nothing here") == "nothing here"


def test_what_is_too_short_to_be_a_key_masks_nothing() -> None:
    assert Redaction(["", "abc"])("abcdef") == "abcdef"
