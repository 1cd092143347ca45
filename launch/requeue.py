"""What a Slurm batch script does when its job ends: start again, or leave it at that."""

from __future__ import annotations

from lexatron.run_files import GUARD_STOPPED

GIVE_UP = 70  # EX_SOFTWARE of sysexits.h: the job crashed where it had crashed before
FINAL = (0, 2, GIVE_UP, GUARD_STOPPED)
"""Exit codes after which nothing is gained by another try: success, the user's error, a crash for the third time, a
guard's stop."""


def lines(max_requeues: int) -> list[str]:
    """Shell lines for the top of a batch script, in bash and Slurm's commands alone: images are not there yet.

    Slurm requeues by itself after a node failure and a preemption; what it does not requeue is a job that ends with an
    exit code other than 0 or at its time limit. A job that somebody cancelled stays cancelled: Slurm calls it
    COMPLETING until its script has ended, as it does with one at its time limit, but gives that one a reason.
    """
    final = "|".join(map(str, FINAL))
    return [
        "lexatron_end() {",
        "  code=$?; trap - EXIT TERM",
        f'  case "$code" in {final}) exit "$code";; esac',
        '  case "$(squeue --noheader --format=%T/%r --jobs="$SLURM_JOB_ID")" in',
        '    COMPLETING/TimeLimit) ;; CANCELLED*|COMPLETING*) exit "$code";;',
        "  esac",
        f'  if [ "${{SLURM_RESTART_COUNT:-0}}" -lt {max_requeues} ]; then',
        '    if scontrol requeue "$SLURM_JOB_ID"; then echo "lexatron: ended with code $code; requeued"',
        '    else echo "lexatron: ended with code $code; scontrol could not requeue it"; fi',
        f'  else echo "lexatron: ended with code $code; not requeued after {max_requeues} restarts"; fi',
        '  exit "$code"',
        "}",
        "trap lexatron_end EXIT",
    ]
