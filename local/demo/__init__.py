"""The proof of the job: a stack of its own, a real bot, three kills, and a report."""
