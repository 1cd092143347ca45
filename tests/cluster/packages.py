"""Which Debian packages the engines are made of; `python3 tests/cluster/packages.py` prints those to install."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

SLURM = {
    "slurmctld": "slurm-wlm",
    "slurmd": "slurm-wlm",
    "sbatch": "slurm-wlm",
    "slurmdbd": "slurmdbd",
    "munged": "munge",
    "mariadbd": "mariadb-server",
    "mariadb-install-db": "mariadb-server",
    "setpriv": "util-linux",
}
DOCKER = {"dockerd": "docker.io", "docker": "docker.io", "containerd": "containerd", "runc": "runc"}
SSH = {"sshd": "openssh-server", "ssh": "openssh-client", "ssh-keygen": "openssh-client", "rsync": "rsync"}


def find(executable: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Its full path; an ordinary user's PATH often lacks the folders of daemons."""
    return shutil.which(executable, path=os.pathsep.join([environment.get("PATH", ""), "/usr/sbin", "/sbin"]))


def missing(executables: dict[str, str]) -> list[str]:
    """Packages whose executables are not there."""
    return sorted({package for executable, package in executables.items() if find(executable) is None})


if __name__ == "__main__":
    print(*missing(SLURM | DOCKER | SSH))
