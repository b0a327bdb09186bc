"""The `evolve` command."""

from bot.cli.app import app


def main() -> None:
    """Run the command line; exits 0 done, 1 refused or failed, 2 usage, 3 not fit."""
    app()


if __name__ == "__main__":
    main()
