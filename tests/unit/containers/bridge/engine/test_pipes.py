"""The engine's pipes: what prints cannot speak, and a bridge that is gone ends the engine."""

import subprocess
import sys
from pathlib import Path

ENGINE = Path(__file__).parents[5] / "containers" / "bridge" / "engine"
AS_ENGINE = f"""
import importlib.util, logging, os, sys
spec = importlib.util.spec_from_file_location(
    "engine", {str(ENGINE / "__init__.py")!r}, submodule_search_locations=[{str(ENGINE)!r}]
)
sys.modules["engine"] = importlib.util.module_from_spec(spec)
from engine import logs, pipes
from engine.protocol import Ready
inlet, outlet = pipes.take()
"""


def run(code: str, *, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", "-c", AS_ENGINE + code], input=said, capture_output=True, check=False
    )


def test_a_library_that_prints_cannot_speak_to_the_bridge() -> None:
    done = run("print('stray', flush=True); os.write(1, b'noise'); outlet.send(Ready())")

    assert done.stdout == b'{"v":1,"type":"ready"}\n'
    assert b"stray" in done.stderr
    assert b"noise" in done.stderr


def test_a_library_that_reads_cannot_hear_the_bridge() -> None:
    done = run(
        "os.write(2, repr(sys.stdin.read()).encode() + b'|' + inlet.line())", said=b"secret\n"
    )

    assert done.stderr == b"''|secret"


def test_lines_come_one_by_one_however_they_were_sent() -> None:
    done = run("os.write(2, inlet.line() + b'|' + inlet.line())", said=b"one\ntwo\nthree")

    assert done.stderr == b"one|two"


def test_the_end_of_stdin_ends_the_process() -> None:
    assert run("inlet.line(); outlet.send(Ready())", said=b"half a line").returncode == 3


def test_a_closed_stdout_ends_the_process() -> None:
    done = run("reader, writer = os.pipe(); os.close(reader); pipes.Outlet(writer).send(Ready())")

    assert done.returncode == 3


def test_keys_are_masked_in_messages_and_stack_traces() -> None:
    done = run(
        "logs.install(outlet.send, secrets=['canary'])\n"
        "logging.info('it is %s', 'canary')\n"
        "try: raise ValueError('canary')\n"
        "except ValueError: logging.exception('trouble')\n"
    )

    assert b"it is ***" in done.stdout
    assert b"ValueError: ***" in done.stdout
    assert b"trouble" in done.stderr
    assert b"canary" not in done.stdout + done.stderr.replace(b"ValueError('canary')", b"")


def test_debug_records_stay_at_home() -> None:
    done = run("logs.install(outlet.send, secrets=[])\nlogging.debug('detail')\n")

    assert done.stdout + done.stderr == b""
