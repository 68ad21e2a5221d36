"""What proofs look through: a stack of their own, its API, exchange, stores and processes."""
