"""Every route of the people's API, declared: what it takes, gives and refuses, and one example.

A function's routes stand in the module of its name, `functions/alerts` in `alerts.py`, in a tuple
`ROUTES`. No function imports this package: it is read by what writes the OpenAPI and by tests,
which call every route declared here in every role and refuse one that is not. `make docs` writes
what is generated from it.
"""
