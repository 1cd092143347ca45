"""Takes the lock of a run folder in a process that goes on until it is killed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from plugins.run_lock import take


def hold(order: dict[str, Any]) -> None:
    """Take it, start a child in a process group of its own where `child` is set, and print their ids."""
    take(Path(order["folder"]))
    if order["child"] and not os.fork():
        os.setpgid(0, 0)
        print(f"child {os.getpid()}", flush=True)
    else:
        print(f"held by {os.getpid()}", flush=True)
    time.sleep(600)
