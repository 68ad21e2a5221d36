"""An engine that speaks the worker protocol and does what the test tells it.

Started in the place of the engine's interpreter; its working directory is where it listens
(`engine.sock`, one datagram a line to say), and where it notes each start line (`start-N.json`)
and each stop (`stop-N.json`).
"""

import json
import os
import socket
import sys
import threading
from pathlib import Path


def main() -> None:
    threading.Thread(target=listen, daemon=True).start()
    number = 0
    for line in sys.stdin:
        said = json.loads(line)
        if said["type"] == "start":
            Path("engine.pid").write_text(str(os.getpid()))
            number = note("start", said)
            begin()
        elif said["type"] == "ping":
            tell(type="pong", id=said["id"])
        elif said["type"] == "stop" and said["mode"] == "flatten":
            tell(type="quiet")
        elif said["type"] == "close":
            note("close", said)
            tell(**sold(said["quantity"]))
            tell(
                type="closed", side=said["side"], wanted=said["quantity"],
                ordered=said["quantity"], filled=said["quantity"], average_price="1999.5",
            )  # fmt: skip
            tell(type="stopped", mode="flatten")
            os._exit(0)
        elif said["type"] == "stop":
            note("stop", said | {"start": number})
            tell(type="stopped", mode=said["mode"])
            os._exit(0)
    os._exit(3)


def sold(quantity: str) -> dict[str, object]:
    return {
        "type": "fill", "at": "2026-01-01T00:01:00Z", "trade_id": "flat",
        "client_order_id": "jnabc12371z", "exchange_order_id": "99", "trading_pair": "ETH-USDT",
        "side": "sell", "price": "1999.5", "quantity": quantity,
        "fees": [{"asset": "USDT", "amount": "0.1"}], "maker": False,
    }  # fmt: skip


def begin() -> None:
    sys.stderr.write("a line on stderr\n")
    tell(type="hello", hummingbot_version="scripted", pid=os.getpid(), modules=[])
    if not Path("quiet").exists():
        tell(type="ready")
        tell(
            type="snapshot",
            at="2026-01-01T00:00:00Z",
            balances={
                "USDT": {"total": "1000", "available": "900"},
                "ETH": {"total": "2", "available": "2"},
                "BNB": {"total": "1", "available": "1"},
            },
            active_orders=[{"client_order_id": "one"}],
            mid_price="2000",
            connector_ready=True,
        )


def listen() -> None:
    address = Path("engine.sock")
    address.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    door.bind(str(address))
    while True:
        said = json.loads(door.recv(1 << 16))
        match said:
            case {"exit": code}:
                os._exit(code)
            case {"stderr": text}:
                sys.stderr.write(text + "\n")
            case _:
                tell(**said)


def tell(**fields: object) -> None:
    sys.stdout.write(json.dumps({"v": 1, **fields}) + "\n")
    sys.stdout.flush()


def note(kind: str, said: dict[str, object]) -> int:
    number = len(list(Path().glob(f"{kind}-*.json"))) + 1
    draft = Path(f".{kind}.draft")
    draft.write_text(json.dumps(said))
    draft.rename(f"{kind}-{number}.json")
    return number


if __name__ == "__main__":
    main()
