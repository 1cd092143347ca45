"""Real engines for tests: a Slurm cluster, a Docker engine and an sshd, started and stopped by the tests."""
