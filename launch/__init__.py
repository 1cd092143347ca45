"""Where recipes and pipelines run: this machine, Docker, Slurm, through NeMo-Run; and what becomes of them."""
