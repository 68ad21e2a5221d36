"""PID 1 of a bot's task: claims its run, speaks for the bot over MQTT, and keeps one engine alive.

    __main__.py     the process: claim, connect, live, end; and the container's health check
    settings.py     what the task's environment says
    identity.py     the key pair of this run and the request to certify it
    signing.py      who the task is to AWS
    claim.py        asking for the run: certificate, session, exchange key, desired state
    inbox.py        which commands to carry out, and which not
    wishes.py       what the engine should be doing, as of the last command
    commands.py     commands in, acks out
    lines.py        the engine's lines, typed
    children.py     every child's end, including those that are not ours
    leash.py        ties a child's life to ours
    worker.py       one engine process
    budget.py       how often an engine may be started again
    supervisor.py   engine after engine, until the owner wants none
    sweep.py        what the venue knows of our orders and fills
    ledger.py       every fill of the bot once, and the figures that follow
    figures.py      balances and metrics in quote units
    trading.py      order events and fills, in order, on their way out
    redaction.py    keys in any spelling, blotted out
    logs.py         log lines, at most so many a second
    reporter.py     messages of the bot
    session.py      all of it joined
    engine/         the worker, which runs in Hummingbot's own environment

The bridge outlives a hung or dead engine and reports it. When the broker is away trading goes on;
when the bridge dies the engine dies with it.
"""
