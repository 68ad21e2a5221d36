"""Price-time matching, fees and balances: pure, shared by the paper exchange and the backtest."""
