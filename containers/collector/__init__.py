"""Keeps the books of many markets and writes their history.

Postgres ── tasks, leases ──> monitor ── subscriptions ──> pools ── frames ──> books
│
ClickHouse <── batches ── writer <── rows ── ledger <────────┘ updates, trades, gaps
"""
