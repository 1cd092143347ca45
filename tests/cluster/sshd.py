"""An sshd on loopback with its own keys, which lets in the user who runs the tests."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path

from tests.cluster import packages
from tests.cluster.processes import Engine, free_ports

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/client_key.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowUsers {user}
Subsystem sftp internal-sftp
SetEnv {variables}
"""

CLIENT_CONFIG = """\
Host *
  User {user}
  Port {port}
  IdentityFile {folder}/client_key
  IdentitiesOnly yes
  UserKnownHostsFile {folder}/known_hosts
  StrictHostKeyChecking yes
  BatchMode yes
"""


class SshServer(Engine):
    """`environment` puts an `ssh` first in PATH that trusts this host's key, rsync's too; no file in ~ is touched."""

    executables = packages.SSH
    host = "127.0.0.1"

    def __init__(self, variables: dict[str, str] | None = None) -> None:
        """`variables`: what a session's environment holds beside PATH."""
        super().__init__()
        self.variables = {"PATH": os.environ["PATH"], **(variables or {})}
        self.user = getpass.getuser()

    @property
    def identity(self) -> Path:
        return self.folder / "client_key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def start(self) -> None:
        [self.port] = free_ports(1)
        for key in ("host_key", "client_key"):
            self.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / key)])
        self._write_configuration()
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants this one, its service would make it
        self.spawn("sshd", "sshd", "-D", "-e", "-f", f"{self.folder}/sshd_config")
        self.await_daemon("sshd", self._listens)

    def _write_configuration(self) -> None:
        values = {
            "port": self.port,
            "folder": self.folder,
            "user": self.user,
            "variables": " ".join(f'{name}="{value}"' for name, value in self.variables.items()),
        }
        (self.folder / "sshd_config").write_text(CONFIG.format(**values))
        (self.folder / "ssh_config").write_text(CLIENT_CONFIG.format(**values))
        host_key = (self.folder / "host_key.pub").read_text()
        self.known_hosts.write_text(f"[{self.host}]:{self.port} {host_key}[localhost]:{self.port} {host_key}")
        client = self.folder / "bin" / "ssh"
        client.parent.mkdir()
        client.write_text(f'#!/bin/sh\nexec {packages.find("ssh")} -F {self.folder}/ssh_config "$@"\n')
        client.chmod(0o755)
        self.environment = {"PATH": f"{client.parent}{os.pathsep}{os.environ['PATH']}"}

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0
