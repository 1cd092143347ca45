"""A Docker engine with its own socket and data folder, and an image made of this machine, not a registry's."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.cluster import packages
from tests.cluster.processes import Engine

FOLDERS = ("dev", "etc", "home", "opt", "proc", "root", "run", "sys", "tmp", "usr", "var", "var/tmp")
LINKS = ("bin", "lib", "lib64", "sbin")  # into usr, as on every merged-usr Debian
FILES = ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/ld.so.cache", "/etc/alternatives")


class DockerEngine(Engine):
    """dockerd without a network of its own: containers share the machine's (`network="host"`)."""

    executables = packages.DOCKER
    prefixes = ("DOCKER_",)
    needs_root = True

    def start(self) -> None:
        socket = f"unix://{self.folder}/docker.sock"
        self.environment = {"DOCKER_HOST": socket}
        (self.folder / "daemon.json").write_text("{}")  # else the machine's own, which may set the same options
        self.spawn(
            "dockerd",
            *("dockerd", f"--host={socket}", f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec"),
            *(f"--pidfile={self.folder}/dockerd.pid", "--iptables=false", "--bridge=none", "--storage-driver=vfs"),
            *(f"--config-file={self.folder}/daemon.json", "--shutdown-timeout=3"),
        )
        self.await_daemon("dockerd", lambda: self.succeeds(["docker", "version"]))

    def stop(self) -> None:
        if self.daemons and self.daemons["dockerd"].poll() is None and self.succeeds(["docker", "version"]):
            containers = self.run(["docker", "ps", "--all", "--quiet"]).split()
            if containers:
                self.run(["docker", "rm", "--force", *containers])

    def belongs(self, pid: int) -> bool:
        """dockerd, containerd and its shims by their arguments, a container's processes by the root they live in."""
        return super().belongs(pid) or str(self.folder) in _origin_of_root(pid)

    def import_image(self, tag: str) -> None:
        """Empty folders and links: what runs in a container comes from `machine_volumes`."""
        done = subprocess.run(
            [packages.find("docker") or "docker", "import", "--change", "ENV PATH=/usr/sbin:/usr/bin", "-", tag],
            input=_archive(),
            env={"PATH": "/usr/bin", **self.environment},
            capture_output=True,
        )
        if done.returncode:
            raise ChildProcessError(f"docker import: {done.stderr.decode()}")

    def machine_volumes(self, *writable: Path) -> list[str]:
        """Volumes `source:target:mode` with the machine's programs, this Python and its packages, read-only."""
        own = dict.fromkeys(prefix for prefix in (sys.base_prefix, sys.prefix) if not prefix.startswith("/usr/"))
        return [f"{path}:{path}:ro" for path in ("/usr", *own)] + [f"{path}:{path}" for path in writable]


def _archive() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for folder in FOLDERS:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder.endswith("tmp") else 0o755
            archive.addfile(entry)
        for link in LINKS:
            entry = tarfile.TarInfo(link)
            entry.type, entry.linkname = tarfile.SYMTYPE, f"usr/{link}"
            archive.addfile(entry)
        for file in FILES:
            if Path(file).exists():
                archive.add(file)
    return content.getvalue()


def _origin_of_root(pid: int) -> str:
    """The folder that a process has as its /, where that is a mount of its own."""
    try:
        mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    except OSError:
        return ""
    return next((fields[3] for fields in mounts if fields[4] == "/"), "")
