"""Processes of their own, as several workers are: at once, or killed in the middle."""

import os
import signal
import traceback
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any
from unittest import mock

from django.db import connections


def forked(act: Callable[[], Any]) -> int:
    """Begin to act in another process, which has connections of its own; return its number."""
    connections.close_all()
    number = os.fork()
    if number:
        return number
    outcome = 1
    try:
        act()
        outcome = 0
    except BaseException:  # noqa: BLE001 - the test sees the outcome, its reader what it was
        traceback.print_exc()
    finally:
        connections.close_all()
        os._exit(outcome)


def outcome_of(number: int) -> int:
    """Wait for a process; return 0 where it acted, 1 where it was refused, less if it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def at_once(*acts: Callable[[], Any]) -> list[int]:
    """Let each act in a process of its own, all from one moment on; return their outcomes."""
    wait, start = os.pipe()

    def held(act: Callable[[], Any]) -> None:
        os.close(start)
        os.read(wait, 1)
        act()

    numbers = [forked(lambda act=each: held(act)) for each in acts]  # type: ignore[misc]
    os.close(wait)
    os.close(start)
    return [outcome_of(each) for each in numbers]


def said_at_once(*acts: Callable[[], object]) -> list[str]:
    """Let each act in a process of its own, all from one moment on; return what each of them said."""
    pipes = [os.pipe() for _act in acts]

    def tell(act: Callable[[], object], end: int) -> None:
        os.write(end, str(act()).encode())

    outcomes = at_once(
        *(partial(tell, act, end) for act, (_begin, end) in zip(acts, pipes, strict=True))
    )
    said = []
    for begin, end in pipes:
        os.close(end)
        with os.fdopen(begin, "rb") as source:
            said.append(source.read().decode())
    assert not any(outcomes), said
    return said


def kill_in(act: Callable[[], Any], module: ModuleType, name: str, *, call: int) -> None:
    """Let another process act, and kill it after the so-many-th call of a function it comes to."""
    reached, tell = os.pipe()
    function, calls = getattr(module, name), []

    def and_stop(*args: Any, **named: Any) -> Any:
        result = function(*args, **named)
        calls.append(name)
        if len(calls) == call:
            os.write(tell, b"!")
            signal.pause()
        return result

    def stopped() -> None:
        with mock.patch.object(module, name, and_stop):
            act()

    number = forked(stopped)
    os.close(tell)
    found = os.read(reached, 1)
    os.close(reached)
    os.kill(number, signal.SIGKILL)
    outcome = outcome_of(number)
    assert (found, outcome) == (b"!", -signal.SIGKILL), "it was over before it could be killed"
