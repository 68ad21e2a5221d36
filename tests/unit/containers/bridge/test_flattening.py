"""What came of closing a position, in words for the owner (K-30a)."""

from decimal import Decimal

import pytest

from containers.bridge.flattening import Outcome, outcome
from containers.bridge.lines import Closed
from janym.domain.trading import Side


def closed(
    *,
    side: Side = Side.SELL,
    ordered: str = "0.1",
    filled: str = "0.1",
    reason: str | None = None,
) -> Closed:
    return Closed(
        v=1,
        type="closed",
        side=side,
        wanted=Decimal("0.1"),
        ordered=Decimal(ordered),
        filled=Decimal(filled),
        average_price=Decimal(2000) if Decimal(filled) else None,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("answer", "position", "expected"),
    [
        (
            closed(),
            "0",
            Outcome(complete=True, words="sold 0.1 ETH at 2000 on average; 0 ETH left"),
        ),
        (
            closed(side=Side.BUY, filled="0.04", reason="nobody trades the rest"),
            "-0.06",
            Outcome(
                complete=False,
                words="FLATTEN_INCOMPLETE: bought 0.04 ETH at 2000 on average;"
                " 0.06 ETH short left: nobody trades the rest",
            ),
        ),
        (
            closed(ordered="0", filled="0", reason="less than the venue's least order"),
            "0.0001",
            Outcome(complete=True, words="less than the venue's least order; 0.0001 ETH left"),
        ),
        (
            closed(filled="0", reason="the connector is not ready"),
            "0.1",
            Outcome(
                complete=False,
                words="FLATTEN_INCOMPLETE: the connector is not ready; 0.1 ETH left",
            ),
        ),
        (None, "0", Outcome(complete=True, words="0 ETH left")),
        (
            None,
            "0.1",
            Outcome(
                complete=False,
                words="FLATTEN_NEEDS_ENGINE: no engine was there to trade;"
                " orders are cancelled, 0.1 ETH left",
            ),
        ),
    ],
)
def test_the_owner_is_told(answer: Closed | None, position: str, expected: Outcome) -> None:
    assert outcome(answer, position=Decimal(position), base="ETH") == expected
