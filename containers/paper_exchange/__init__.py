"""An exchange that speaks Binance spot, for paper trading and for tests."""
