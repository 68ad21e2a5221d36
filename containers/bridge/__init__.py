"""PID 1 of a bot's task: claims its run, speaks for the bot over MQTT, and keeps one engine alive.

    __main__.py     the door: the bridge, or the container's question after its health
    process.py      claim, connect, live, say the last word
    settings.py     what the task's environment says
    identity.py     the key pair of this run and the request to certify it
    signing.py      who the task is to AWS
    claim.py        asking for the run: certificate, session, exchange key, desired state
    session.py      all that follows, joined
    inbox.py        which commands to carry out, and which not
    wishes.py       what the engine should be doing, as of the last command
    commands.py     commands in, acks out
    supervisor.py   engine after engine, until the owner wants none
    budget.py       how often an engine may be started again
    life.py         one engine from its start line to its end, and why it ended
    worker.py       its process;  leash.py ties it to ours;  lines.py has its words, typed
    children.py     every child's end, including those that are not ours
    sweep.py        what the venue knows of our orders and fills;  venue.py finds it
    flattening.py   what came of closing a position, in words
    trading.py      order events and fills, in order, on their way out
    ledger.py       every fill of the bot once, and the totals that follow
    quoting.py      whether the engine quotes, and the likely cause where it does not
    measuring.py    the figures on their way out, all together and in parts
    figures.py      balances and metrics in quote units;  prices.py has what assets are worth
    reporter.py     messages of the bot;  redaction.py blots keys out of all of them
    logs.py         log lines, at most so many a second
    usage.py        memory and processor time;  health.py whether the loop turns
    engine/         the worker, which runs in Hummingbot's own environment

The bridge outlives a hung or dead engine and reports it. When the broker is away trading goes on;
when the bridge dies the engine dies with it.
"""
