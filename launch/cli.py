"""`lexatron pipeline | status | logs | cancel | resume`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from launch.options import launch_options, order
from launch.records import launch_file, read_launch
from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError

RUNS = click.option(
    "--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Where the launches are."
)


def folder_of(name: str, runs: Path) -> Path:
    """The folder of a launch: `runs/NAME`, or a folder that is named itself.

    Raises:
        UserError: nothing was launched by that name.
    """
    for folder in (runs / name, Path(name)):
        if read_launch(folder) is not None:
            return folder
    known = [entry.name for entry in sorted(runs.iterdir()) if launch_file(entry).is_file()] if runs.is_dir() else []
    remedy = f"one of: {', '.join(known)}" if known else f"nothing was launched under {runs}"
    raise UserError(f"no launch named {name}", remedy=remedy)


@click.command()
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1)
@click.option("--run-dir", type=click.Path(path_type=Path), help="Where it works; runs/NAME by default.")
@click.option("--list", "list_them", is_flag=True, help="List the pipelines and stop.")
@launch_options
def pipeline(
    name: str | None,
    arguments: tuple[str, ...],
    run_dir: Path | None,
    list_them: bool,
    executor: str,
    cluster: Path | None,
    dryrun: bool,
    detach: bool,
) -> None:
    """Run the pipeline NAME: stages that wait for each other, those skipped that are done.

    ARGUMENTS are key=value: inputs of the pipeline (formex=FILES hf=DIR), and options of its stages
    (cpt.layout=h100x64 qa.pairs=50000). The same command again goes on where the last one stopped.
    """
    from launch.pipelines import PIPELINES, build, find

    if list_them or name is None:
        rows = [(entry.name, entry.summary) for entry in PIPELINES.values()]
        summary_table("Pipelines", ["pipeline", "what"], rows)
        next_step("lexatron pipeline NAME formex=FILES --dryrun")
        return
    found = find(name)
    folder = run_dir or Path("runs") / name
    stages = build(found, str(folder), arguments)
    from launch.start import start

    command = ["pipeline", name, *arguments, "--executor", executor]
    command += ["--run-dir", str(run_dir)] if run_dir else []
    command += ["--cluster", str(cluster)] if cluster else []
    code = start(order(folder, stages, executor, cluster, command), dryrun=dryrun, detach=detach)
    if code == 0 and not dryrun and not detach:
        next_step(f"open {folder}/report.html")
    sys.exit(code)


@click.command()
@click.argument("name", required=False)
@RUNS
@click.option("--live", is_flag=True, help="Stay and watch.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write it to FILE.")
def status(name: str | None, runs: Path, live: bool, json_file: Path | None) -> None:
    """Show what was launched; of NAME, its stages: state, step, loss, tokens/s, time left.

    Plain lines with tabs between the fields where the output is not a terminal.
    """
    from launch.follow import follow, known
    from launch.show import stage_lines, stage_table
    from launch.status import status_of

    if name is None:
        _overview(runs, json_file)
        return
    folder = folder_of(name, runs)
    if live:
        sys.exit(follow(folder))
    launch, machine = known(folder)
    stages = status_of(folder, launch, machine)
    write_json(json_file, {"name": launch.name, "stages": [asdict(stage) for stage in stages]})
    if sys.stdout.isatty():
        console.print(stage_table(launch, stages))
    else:
        for line in stage_lines(launch, stages):
            click.echo(line)


def _overview(runs: Path, json_file: Path | None) -> None:
    from launch.follow import known
    from launch.show import overview
    from launch.status import launches, status_of

    found = []
    for folder, launch in launches(runs, lambda error: console.print(str(error), highlight=False, markup=False)):
        try:
            found.append((folder, launch, status_of(folder, launch, known(folder)[1])))
        except UserError as error:  # a cluster that cannot be reached hides no other launch
            console.print(f"{launch.name}: {error}", highlight=False, markup=False)
    rows = overview(found)
    write_json(json_file, [dict(zip(("name", "executor", "at", "done", "launched"), row, strict=True)) for row in rows])
    if sys.stdout.isatty():
        summary_table("Launches", ["name", "executor", "at", "done", "launched"], rows)
        next_step("lexatron status NAME" if rows else "lexatron pipeline --list")
    else:
        for row in rows:
            click.echo("\t".join(row))


@click.command()
@click.argument("name")
@click.option("--stage", help="Which, where there are several.")
@click.option("--follow", "-f", "follow_it", is_flag=True, help="Go on as it is written, to the end of the stage.")
@RUNS
def logs(name: str, stage: str | None, follow_it: bool, runs: Path) -> None:
    """Print the output of a stage of NAME, earlier starts of its job first."""
    from launch.follow import known
    from launch.logs import show

    folder = folder_of(name, runs)
    launch, machine = known(folder)
    show(folder, launch, stage, machine, follow=follow_it)


@click.command("cancel")
@click.argument("name")
@RUNS
def cancel_command(name: str, runs: Path) -> None:
    """End what runs and waits of NAME. A training saves first; lexatron resume goes on from there."""
    from launch.control import cancel
    from launch.follow import known

    folder = folder_of(name, runs)
    ended = cancel(folder, *known(folder))
    console.print(f"Ended: {', '.join(ended)}", highlight=False)
    next_step(f"lexatron resume {folder}")


@click.command("resume")
@click.argument("name")
@click.option("--detach", is_flag=True, help="Come back at once.")
@RUNS
def resume_command(name: str, detach: bool, runs: Path) -> None:
    """Start NAME again with the command that launched it: done stages are skipped, the others go on."""
    from launch.control import resume
    from launch.follow import known

    folder = folder_of(name, runs)
    sys.exit(resume(folder, *known(folder), detach=detach))
