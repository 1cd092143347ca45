"""Slurm through an SSH tunnel: scripts go over, the job runs there, status and logs come back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cluster.launches import cluster_file, lexatron, stages
from tests.cluster.slurm import SlurmCluster
from tests.cluster.sshd import SshServer

pytestmark = pytest.mark.slurm


def test_a_pipeline_over_ssh(
    slurm_cluster: SlurmCluster,
    ssh_server: SshServer,
    tiny_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The laptop's folder and the cluster's are different ones: nothing of the run is on the laptop."""
    slurm_cluster.reset()
    laptop, cluster = tmp_path / "laptop", tmp_path / "cluster"
    laptop.mkdir()
    cluster.mkdir()
    monkeypatch.chdir(laptop)
    tunnel = {
        "host": ssh_server.host,
        "port": ssh_server.port,
        "user": ssh_server.user,
        "identity": str(ssh_server.identity),
        "known_hosts": str(ssh_server.known_hosts),
        "job_dir": str(cluster / "jobs"),
    }
    place = cluster_file(laptop / "far.yaml", tunnel=tunnel, workdir=str(cluster), python=sys.executable)
    models = "models=nobody=no/such/folder"
    given = ("eurlex_lumi_eval", models, "testset=no/such/test.jsonl", f"corpus={tiny_data / 'corpus'}")
    code = lexatron("pipeline", *given, "--executor", "slurm", "--cluster", place)
    assert code == 1  # there is nothing to evaluate: the job says so, over there
    run = Path("runs/eurlex_lumi_eval")
    assert {name: stage.state for name, stage in stages(run).items()} == {
        "evaluate": "failed (2)",
        "report": "cancelled",
    }
    assert (cluster / run / "launch" / "stages" / "evaluate.jsonl").is_file()
    assert not (laptop / run / "launch" / "stages").exists()
    capfd.readouterr()
    assert lexatron("logs", "eurlex_lumi_eval", "--stage", "evaluate") == 0
    assert "no/such" in capfd.readouterr().out


def test_an_unknown_host_is_refused(
    ssh_server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    tunnel = {"host": ssh_server.host, "port": ssh_server.port, "user": ssh_server.user, "job_dir": str(tmp_path)}
    place = cluster_file(tmp_path / "far.yaml", tunnel={**tunnel, "identity": str(ssh_server.identity)}, workdir="/w")
    assert lexatron("pipeline", "eurlex_lumi_eval", "models=a=b", "--executor", "slurm", "--cluster", place) == 2
    assert "not found in known_hosts" in capfd.readouterr().err
    assert not (tmp_path / "runs").exists()
