"""What a bot's executions of one pair add up to, kept so that nobody has to add them up again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from janym.domain.ids import BotId, TradeId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.trading import Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTotals:
    """Running totals of a bot on a pair, up to and with the execution named last."""

    bot: BotId
    trading_pair: str
    totals: ProfitAndLoss
    last_at: datetime
    last_trade: TradeId
    """Executions of one moment are in the order of their ids."""

    def follows(self, fill: Fill) -> bool:
        """Tell whether an execution happened after all those in the totals."""
        return (fill.executed_at, fill.trade_id) > (self.last_at, self.last_trade)

    def after(self, fill: Fill) -> Self:
        """Return the totals with one more execution, which must follow them."""
        return replace(
            self,
            totals=self.totals.after(fill),
            last_at=fill.executed_at,
            last_trade=fill.trade_id,
        )
