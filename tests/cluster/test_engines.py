"""The engines do what the tests of launching rely on: schedule, requeue, preempt, fail, and leave nothing behind."""

from __future__ import annotations

import sys

import pytest

from tests.cluster import slurm
from tests.cluster.conftest import running
from tests.cluster.docker import DockerEngine
from tests.cluster.processes import Engine, EngineUnavailableError, wait_until
from tests.cluster.slurm import SlurmCluster
from tests.cluster.sshd import SshServer

ONCE_MORE = 'test "${SLURM_RESTART_COUNT:-0}" -gt 0 && exec echo on $SLURM_JOB_NODELIST; '


@pytest.fixture
def cluster(slurm_cluster: SlurmCluster) -> SlurmCluster:
    slurm_cluster.reset()
    return slurm_cluster


@pytest.mark.slurm
def test_a_step_runs_on_two_nodes(cluster: SlurmCluster) -> None:
    said = cluster.run(["srun", "--nodes=2", "--ntasks-per-node=2", "sh", "-c", "echo $SLURMD_NODENAME $SLURM_NTASKS"])
    assert sorted(said.splitlines()) == ["n1 4", "n1 4", "n2 4", "n2 4"]


@pytest.mark.slurm
def test_accounting_says_how_a_job_ended(cluster: SlurmCluster) -> None:
    good, bad = cluster.submit("echo done", f"--account={slurm.ACCOUNT}"), cluster.submit("exit 3")
    cluster.wait_until(good, ["COMPLETED"])
    cluster.wait_until(bad, ["FAILED"])
    assert cluster.output(good) == "done\n"


@pytest.mark.slurm
def test_a_requeued_job_runs_again_within_seconds(cluster: SlurmCluster) -> None:
    job = cluster.submit(ONCE_MORE + "srun sleep 100", "--nodes=2")
    cluster.wait_until(job, ["RUNNING"])
    cluster.run(["scontrol", "requeue", job])
    cluster.wait_until(job, ["REQUEUED", "COMPLETED"], seconds=20)
    assert cluster.output(job) == "on n[1-2]\n"


@pytest.mark.slurm
def test_a_failed_node_requeues_its_job_on_another(cluster: SlurmCluster) -> None:
    job = cluster.submit(ONCE_MORE + "sleep 100", "--nodes=1")
    cluster.wait_until(job, ["RUNNING"])
    failed = cluster.run(["squeue", "--noheader", f"--jobs={job}", "--format=%N"]).strip()
    [other] = set(slurm.NODES) - {failed}
    cluster.kill_slurmd(failed)
    cluster.wait_until(job, ["NODE_FAIL", "COMPLETED"])
    assert cluster.output(job) == f"on {other}\n"
    assert cluster.node_state(failed) == "down*"
    cluster.start_slurmd(failed)
    cluster.await_nodes()


@pytest.mark.slurm
def test_an_urgent_job_preempts_and_the_other_runs_again(cluster: SlurmCluster) -> None:
    job = cluster.submit(ONCE_MORE + "srun sleep 100", "--nodes=2", f"--ntasks-per-node={slurm.CPUS}")
    cluster.wait_until(job, ["RUNNING"])
    urgent = cluster.submit("true", "--partition=urgent", "--nodes=2")
    cluster.wait_until(urgent, ["COMPLETED"])
    cluster.wait_until(job, ["PREEMPTED", "COMPLETED"])


@pytest.mark.slurm
def test_the_login_node_reaches_the_cluster(ssh_server: SshServer) -> None:
    assert "n1 n2" in ssh_server.run(["ssh", ssh_server.host, "echo $(sinfo -h -N -p main -o %N)"])


@pytest.mark.slurm
def test_nothing_is_left_of_a_second_cluster(slurm_cluster: SlurmCluster) -> None:
    with SlurmCluster() as other:
        job = other.submit("setsid sleep 100 & srun --nodes=2 sleep 100", "--nodes=2")
        wait_until(lambda: "RUNNING" in other.run(["sacct", "-n", "-j", f"{job}.0", "-o", "State"]), "the step runs")
        assert len(other.left_over()) > 10
    assert other.left_over() == []
    assert not other.folder.exists()
    assert slurm_cluster.node_state("n1") != "down"


@pytest.mark.slurm
def test_nothing_is_left_of_a_cluster_that_cannot_start(
    slurm_cluster: SlurmCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = slurm.SLURM_CONF.replace("StateSaveLocation={folder}/state", "StateSaveLocation=/proc/{name}")
    monkeypatch.setattr(slurm, "SLURM_CONF", broken)
    cluster = SlurmCluster()
    with pytest.raises(EngineUnavailableError, match=r"slurmctld ended with code 1(.|\n)*/proc/lx"):
        cluster.__enter__()
    assert cluster.left_over() == []


@pytest.mark.docker
def test_a_container_runs_the_machines_python(docker_engine: DockerEngine) -> None:
    docker_engine.import_image("machine:1")
    volumes = [f"--volume={volume}" for volume in docker_engine.machine_volumes()]
    command = ["docker", "run", "--rm", "--network=host", *volumes, "machine:1", sys.executable, "-c"]
    assert (
        docker_engine.run([*command, "import os, sys; print(sys.prefix, os.listdir('/home'))"]) == f"{sys.prefix} []\n"
    )


@pytest.mark.docker
def test_a_running_container_ends_with_its_engine() -> None:
    with running(DockerEngine()) as engine:
        engine.import_image("machine:1")
        volumes = [f"--volume={volume}" for volume in engine.machine_volumes()]
        engine.run(["docker", "run", "--detach", "--network=host", *volumes, "machine:1", "sleep", "100"])
    assert engine.left_over() == []
    assert not engine.folder.exists()


class Missing(Engine):
    executables = {"no-such-daemon": "no-such-package"}  # noqa: RUF012


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_what_is_missing_is_said_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="Missing needs packages that are missing: no-such-package"), running(Missing()):
        pass
