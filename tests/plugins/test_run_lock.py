from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lexatron.errors import UserError
from plugins.run_lock import check_free, take

HOLD = "import sys, time; from pathlib import Path; from plugins.run_lock import take; take(Path(sys.argv[1]))"


def test_a_second_job_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    check_free(tmp_path)
    code = HOLD + "; print('held', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        while holder.stdout.readline().strip() != "held":
            assert holder.poll() is None
        with pytest.raises(UserError, match=f"another job is writing this run .*{holder.pid}"):
            check_free(tmp_path)
        with pytest.raises(UserError):
            take(tmp_path)
        holder.kill()
    check_free(tmp_path)


def test_a_child_that_outlives_the_job_does_not_hold_the_lock(tmp_path: Path) -> None:
    code = HOLD + "; import os; child = os.fork(); print(child, flush=True) if child else None; time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        with pytest.raises(UserError):
            check_free(tmp_path)
        holder.kill()
        holder.wait()
        try:
            check_free(tmp_path)
        finally:
            os.kill(child, signal.SIGKILL)
