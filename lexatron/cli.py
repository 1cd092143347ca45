"""`lexatron`: joins the commands that the rooms own. Nothing heavy is imported until a command runs."""

from __future__ import annotations

import sys
from typing import Any

import click

from lexatron import __version__
from lexatron.errors import UserError
from lexatron.lazy import LazyGroup

COMMANDS = {
    "demo": ("lexatron.demo:demo", "The whole way on this machine: law in, cited answers out."),
    "data": ("data_prep.cli:data", "FORMEX acts and instructions to Megatron datasets. No torch, no NeMo."),
    "recipes": ("recipes.cli:recipes_command", "List the training recipes."),
    "plan": ("recipes.plan.cli:plan", "Memory, time and cost of a recipe, before a GPU is rented."),
    "check": ("recipes.check.cli:check", "What would go wrong with a recipe on this machine, and the remedies."),
    "train": ("launch.train_cli:train", "Run a recipe: lexatron train RECIPE [key=value ...]."),
    "pipeline": ("launch.cli:pipeline", "Several stages, from law to report: lexatron pipeline NAME [key=value ...]."),
    "status": ("launch.cli:status", "What was launched, and how far it is."),
    "logs": ("launch.cli:logs", "The output of a stage."),
    "cancel": ("launch.cli:cancel_command", "End a launch; trainings save first."),
    "resume": ("launch.cli:resume_command", "Start a launch again where it stopped."),
    "import": ("recipes.convert_cli:import_command", "A Hugging Face or DeepSpeed checkpoint to a NeMo one."),
    "export": ("recipes.convert_cli:export_command", "A NeMo checkpoint to a Hugging Face or PEFT one."),
    "eval": ("evaluation.cli:evaluate", "Citations, perplexity, ROUGE-L and lm-eval of exported models."),
    "report": ("evaluation.cli:report", "One report of a run: Markdown, HTML and JSON."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def lexatron(debug: bool) -> None:
    """Turn EU law into a model that answers with correct citations."""


def main(argv: list[str] | None = None) -> None:
    """Entry point: exit 0 on success, 2 on a user's error (one sentence, no traceback without --debug)."""
    arguments: list[str] = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        outcome: Any = lexatron.main(args=arguments, prog_name="lexatron", standalone_mode=False)
        sys.exit(outcome if isinstance(outcome, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        if debug:
            raise
        print(f"lexatron: {error.format_message().rstrip('.')}{help_hint(error)}", file=sys.stderr)
        sys.exit(2)
    except (UserError, OSError) as error:
        if debug:
            raise
        print(f"lexatron: {explain(error)}", file=sys.stderr)
        sys.exit(2)


def help_hint(error: click.ClickException) -> str:
    """Where the command that was misused is described."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f" (see {context.command_path} --help)" if context else ""


def explain(error: UserError | OSError) -> str:
    """One sentence for an error that the user can mend."""
    if isinstance(error, UserError):
        return str(error)
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


if __name__ == "__main__":
    main()
