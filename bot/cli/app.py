"""The commands and their options. Each imports what it needs only when it is called."""

from typing import Annotated

import typer

from bot.cli.doctor import doctor_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn labelled issues into small, proven pull requests, on a budget.",
)
app.command("doctor")(doctor_command)


@app.command()
def serve(
    slot: Annotated[int, typer.Option(help="The slot this process works in.", min=0)] = 0,
    workers: Annotated[int, typer.Option(help="Tasks worked on at once.", min=1)] = 1,
) -> None:
    """Receive webhooks and work, in one process, until SIGTERM."""
    from bot.cli.serve import serve as run
    from bot.cli.start import fail_unfit, usable_settings
    from bot.compose import NotConfigured

    settings = usable_settings()
    try:
        run(settings, slot, workers)
    except NotConfigured as missing:
        fail_unfit(str(missing))


def _demo() -> None:
    """The demo needs the forge, which only it and the rehearsal may import."""
    from bot.cli.demo.command import demo_command

    app.command("demo")(demo_command)


_demo()
