"""The search for a secret in what a stack leaves."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from local.demo.canaries import Search, forms


class Busy(Search):
    """A search during which a store throws a folder away."""

    thrown_away: Path

    def through(self, place: str, content: Iterable[bytes]) -> None:
        super().through(place, content)
        shutil.rmtree(self.thrown_away, ignore_errors=True)


def test_what_vanishes_meanwhile_does_not_end_the_search(tmp_path: Path) -> None:
    """S2-066: what stays is looked through to the end."""
    for name, text in {"a/log": "nothing", "b/part": "gone", "c/log": "the canary sings"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    search = Busy(forms("canary"))
    search.thrown_away = tmp_path / "b"

    search.through_files(tmp_path)

    assert search.places == 2
    assert f"{tmp_path}/c/log (plain)" in search.found_in
