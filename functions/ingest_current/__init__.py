"""What bots say, into Postgres."""
