"""Where the extension is not installed pure Python keeps the books, of every feed."""

import subprocess
import sys

ABSENT = """
import sys
sys.modules["fastbook"] = sys.modules["fastbook.core"] = None
from janym.book.keepers import BEST, COMPILED
from janym.live import feeds
feed = feeds.get("bybit", "futures")
session = feed.session(feed.endpoints[0], {}, adopts=True)
session.opened(0)
levels = '"b":[["99.5","1"]],"a":[["100","2"]],"u":1,"seq":1'
told = session.receive(
    b'{"topic":"orderbook.50.XUSDT","type":"snapshot","ts":1,"data":{"s":"XUSDT",'
    + levels.encode() + b"}}", 1,
)
print(BEST.name, COMPILED, type(session.ear).__module__, [type(each).__name__ for each in told])
"""


def test_pure_python_takes_over_where_the_extension_is_absent() -> None:
    ran = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True)

    assert ran.stdout == "pure Python None janym.book.ear ['BookUpdate', 'BookLive']\n"
