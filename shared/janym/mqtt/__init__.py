"""The device's side of the MQTT broker: one bot, one certificate, one connection at a time.

sequence.py    where a message stands among all others of its session
outbox.py      what waits to be delivered, and what gives way when there is no room
lane.py        messages of one kind in order, the oldest in memory, the others on disk
spool.py       the files of those on disk
backoff.py     how long to wait before the next attempt
connection.py  one connection of the AWS runtime, from CONNECT to its end
device.py      connection after connection, and publishing on whichever is there
"""
