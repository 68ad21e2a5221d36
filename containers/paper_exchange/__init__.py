"""An exchange that speaks Binance spot and Bybit v5, for paper trading and for tests."""
