"""The commands. Each one's file is imported only when it is called, so that help is instant."""

from pkgutil import resolve_name
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn labelled issues into small, proven pull requests, on a budget.",
)

LATER = (
    ("run", "run:run_command", "One run over a repository, for cron: no server."),
    ("propose", "propose:propose_command", "Look for improvements, and file those that are shown."),
    ("queue", "queue:queue_command", "Show what is worked on, which task is next, and why."),
    (
        "journal",
        "journal:journal",
        "Show what became of each attempt, and whether the record holds.",
    ),
    ("budget", "budget:budget_command", "Show what was spent, what is set aside, and the caps."),
    ("telemetry", "telemetry:telemetry_command", "Show what became of attempts, and what helped."),
    ("seed", "seed:seed_command", "Show what a run or the last hours came to, by phase."),
    ("lessons", "lessons:lessons", "Show what was learned, and what it was worth."),
    ("gates", "gates:gates_command", "Show what each gate refused, and what was merged later."),
    ("pause", "control:pause_command", "The kill switch: stop everything, or one repository."),
    ("resume", "control:resume_command", "Go on after a pause."),
    ("context", "context:context_command", "Print what the model would be shown, ranked."),
    ("gate", "gate:gate_command", "Judge the change between two commits as the bot would."),
    ("sandbox", "sandbox:sandbox_command", "Run a command exactly as the bot would."),
    ("doctor", "doctor:doctor_command", "Say what is missing here, and how to mend it."),
    ("setup", "setup:setup_command", "Create the GitHub App and store its credentials."),
    ("demo", "demo.command:demo_command", "The whole story on this machine, with no account."),
)
"""Name, the function (or group) below `bot.cli`, and the line in the list of commands."""

RAW = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}
"""The command's own file reads its options, `--help` among them."""

PLAIN = {"allow_interspersed_args": False}
"""Options come first, so that those of a command in the sandbox are its own."""


def _later(name: str, place: str, summary: str) -> None:
    @app.command(name, help=summary, add_help_option=False, context_settings=RAW)
    def called(context: typer.Context) -> None:
        loaded: object = resolve_name(f"bot.cli.{place}")
        if not isinstance(loaded, typer.Typer):
            if not callable(loaded):
                raise TypeError(f"{place} is no command")
            function = loaded
            loaded = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            loaded.command(context_settings=PLAIN)(function)
        loaded(args=context.args, prog_name=f"evolve {name}")


for one in LATER:
    _later(*one)


@app.command()
def serve(
    slot: Annotated[int, typer.Option(help="The slot this process works in.", min=0)] = 0,
    workers: Annotated[int, typer.Option(help="Tasks worked on at once.", min=1)] = 1,
) -> None:
    """Receive webhooks and work, in one process, until SIGTERM."""
    from bot.cli.serve import CannotServe
    from bot.cli.serve import serve as run
    from bot.cli.start import fail_unfit, usable_settings
    from bot.compose import NotConfigured

    settings = usable_settings()
    try:
        run(settings, slot, workers)
    except (NotConfigured, CannotServe) as unfit:
        fail_unfit(str(unfit))
