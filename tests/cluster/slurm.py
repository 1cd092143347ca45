"""A Slurm cluster of two nodes on loopback: munged, mariadbd, slurmdbd, slurmctld and two slurmd.

Several run next to each other: ports, sockets and the cluster's name are each cluster's own.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.cluster import packages
from tests.cluster.processes import (
    Engine,
    command_line,
    environment_of,
    free_ports,
    kill,
    open_files,
    processes,
    wait_until,
)

NODES = ("n1", "n2")
CPUS = 4  # a node's, whatever the machine has: two nodes with two ranks each fit next to each other
ACCOUNT = "lexatron"
SLURMD_TIMEOUT = 5  # seconds without an answer until a node counts as failed
MESSAGE_TIMEOUT = 5  # with the default of 10 a dead node is noticed after 24 s instead of 14
KILL_WAIT = 15  # seconds from SIGTERM to SIGKILL: a small training saves in them on a busy machine, too

SLURM_CONF = """\
ClusterName={name}
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={database_port}
AccountingStoragePass={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
SlurmdTimeout={slurmd_timeout}
MessageTimeout={message_timeout}
ReturnToService=2
KillWait={kill_wait}
OverTimeLimit=0
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
GresTypes=gpu
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port={node_ports} CPUs={cpus} RealMemory=4000 Gres=gpu:2
PartitionName=main Nodes=ALL Default=YES State=UP PriorityTier=1 DefaultTime=10
PartitionName=urgent Nodes=ALL State=UP PriorityTier=10 PreemptMode=OFF DefaultTime=10
"""

SLURMDBD_CONF = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={database_port}
SlurmUser={user}
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
CommitDelay=0
"""


class SlurmCluster(Engine):
    """Real daemons in a folder of their own; `environment` makes sbatch, srun, sacct and the others talk to them."""

    executables = packages.SLURM
    prefixes = ("SLURM_", "SBATCH_", "SALLOC_", "SRUN_")

    def start(self) -> None:
        self.database = _fast_folder() or self.folder / "mariadb"
        self.environment = {"SLURM_CONF": str(self.folder / "slurm.conf")}
        self._write_configuration()
        self.spawn(
            "munged",
            *("munged", "--foreground", "--force", f"--key-file={self.folder}/munge.key"),
            *(f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid"),
            *(f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munged.seed"),
        )
        self._start_database()
        self.await_daemon("munged", (self.folder / "munge.socket").exists)
        self.spawn("slurmdbd", "slurmdbd", "-D", environment={"MYSQL_UNIX_PORT": f"{self.folder}/mariadb.socket"})
        self.await_daemon("slurmdbd", self._accounting_answers)
        self.run(["sacctmgr", "-i", "add", "cluster", self.name])
        self.run(["sacctmgr", "-i", "add", "account", ACCOUNT, f"Cluster={self.name}"])
        self.run(["sacctmgr", "-i", "add", "user", getpass.getuser(), f"Account={ACCOUNT}"])
        self.spawn("slurmctld", "slurmctld", "-D")
        for node in NODES:
            self.start_slurmd(node)
        self.await_daemon("slurmctld", lambda: all(self.node_state(node) == "idle" for node in NODES))

    @property
    def name(self) -> str:
        return self.folder.name.lower().replace("_", "0")

    def _write_configuration(self) -> None:
        controller, database, *slurmds = free_ports(4)
        values = {
            "name": self.name,
            "folder": self.folder,
            "host": socket.gethostname().partition(".")[0],
            "user": getpass.getuser(),
            "controller_port": controller,
            "database_port": database,
            "node_ports": ",".join(map(str, slurmds)),
            "cpus": CPUS,
            "slurmd_timeout": SLURMD_TIMEOUT,
            "message_timeout": MESSAGE_TIMEOUT,
            "kill_wait": KILL_WAIT,
        }
        for folder in ("state", *(f"spool.{node}" for node in NODES)):
            (self.folder / folder).mkdir()
        for gpu in ("nvidia0", "nvidia1"):  # nobody opens them: Slurm counts GPUs by their files
            (self.folder / gpu).touch()
        files = {
            "slurm.conf": SLURM_CONF.format(**values),
            "slurmdbd.conf": SLURMDBD_CONF.format(**values),
            "gres.conf": f"Name=gpu File={self.folder}/nvidia[0-1]\n",
            "cgroup.conf": "",
        }
        for name, text in files.items():
            _write_private(self.folder / name, text.encode())
        _write_private(self.folder / "munge.key", os.urandom(128))

    def _start_database(self) -> None:
        sock = self.folder / "mariadb.socket"
        user = f"--user={getpass.getuser()}"
        small = ("--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0")
        install = ["mariadb-install-db", "--no-defaults", user, "--auth-root-authentication-method=normal"]
        self.run([*install, f"--datadir={self.database}", "--skip-test-db", "--skip-name-resolve", *small])
        self.spawn(
            "mariadbd",
            *("mariadbd", "--no-defaults", user, f"--datadir={self.database}", f"--socket={sock}", "--skip-networking"),
            *(f"--pid-file={self.folder}/mariadb.pid", *small),
        )
        self.await_daemon("mariadbd", sock.exists)

    def _accounting_answers(self) -> bool:
        return self.succeeds(["sacctmgr", "-n", "list", "cluster"])

    def stop(self) -> None:
        """Nothing of the cluster is kept, so nothing is asked to end in good order."""
        self._kill_all(self.belongs)
        shutil.rmtree(self.database, ignore_errors=True)

    def belongs(self, pid: int) -> bool:
        """Daemons and slurmstepd by their files, processes of jobs by what Slurm puts into their environment."""
        if environment_of(pid).get("SLURM_CLUSTER_NAME") == self.name or str(self.folder) in command_line(pid):
            return True
        return any(path.startswith(f"{self.folder}/") for path in open_files(pid))

    def _belongs_to_node(self, pid: int, node: str) -> bool:
        environment = environment_of(pid)
        if (environment.get("SLURM_CLUSTER_NAME"), environment.get("SLURMD_NODENAME")) == (self.name, node):
            return True
        return f"{self.folder}/{node}.log" in open_files(pid)  # slurmd and its slurmstepd write to one log

    def _kill_all(self, belongs: Callable[[int], bool]) -> None:
        """A step may be starting another process meanwhile, so look until there is none."""
        while pids := processes(belongs):
            kill(pids)
            for daemon in self.daemons.values():
                daemon.poll()

    def start_slurmd(self, node: str) -> None:
        self.spawn(f"slurmd.{node}", "slurmd", "-D", "-N", node)

    def kill_slurmd(self, node: str) -> None:
        """The node fails: slurmd and every process of a step there are gone at once."""
        self._kill_all(lambda pid: self._belongs_to_node(pid, node))

    def node_state(self, node: str) -> str:
        """As sinfo says it: idle, mixed, allocated, down; with * while the node does not answer."""
        return self.run(["sinfo", "-h", "-N", "-n", node, "-p", "main", "-o", "%T"]).strip()

    def reset(self) -> None:
        """Cancel every job and bring back what is down, whatever an earlier test left."""
        self.run(["scancel", f"--user={getpass.getuser()}"])
        for node in NODES:
            if self.daemons[f"slurmd.{node}"].poll() is not None:
                self.start_slurmd(node)
        self.await_nodes()

    def await_nodes(self, seconds: float = 30) -> None:
        wait_until(lambda: all(self.node_state(node) == "idle" for node in NODES), "both nodes are idle", seconds)

    def submit(self, script: str, *options: str) -> str:
        """The job's id; `script` is the shell text of a batch job."""
        output = f"--output={self.folder}/job-%j.out"
        return self.run(["sbatch", "--parsable", output, *options, "--wrap", script]).strip().partition(";")[0]

    def output(self, job_id: str) -> str:
        """What a job of `submit` printed in its last run: a requeued job starts its file anew."""
        path = self.folder / f"job-{job_id}.out"
        return path.read_text() if path.exists() else ""

    def states(self, job_id: str) -> list[str]:
        """The states of its runs in accounting, oldest first: a requeued job has one more for each requeue."""
        lines = self.run(["sacct", "-j", job_id, "-X", "-n", "-P", "-D", "-o", "State"]).splitlines()
        return [line.split()[0] for line in lines]

    def wait_until(self, job_id: str, states: list[str], seconds: float = 60) -> None:
        """Until `states(job_id)` are these; the message says what they were instead."""
        try:
            wait_until(lambda: self.states(job_id) == states, "", seconds, pause=0.3)
        except TimeoutError:
            raise TimeoutError(f"job {job_id} is {self.states(job_id)}, not {states} within {seconds:g} s") from None


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _fast_folder() -> Path | None:
    """A folder in memory: a new database on a disk waits seconds for fsync."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 256 * 2**20:
        return Path(tempfile.mkdtemp(prefix="lx", dir=memory))
    return None
