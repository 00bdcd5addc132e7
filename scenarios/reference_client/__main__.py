"""``auth-reference``: runs one command and turns everything that can go wrong into one sentence and an exit code."""

import sys
from collections.abc import Sequence

from reference_client import cli, json_mode, terminal
from reference_client.errors import AuthError

UNEXPECTED = 1
CANCELLED = 130
"""What a shell reports for a program ended by Ctrl-C."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 not done, 2 wrongly asked, 130 cancelled."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        return cli.run(arguments)
    except AuthError as error:
        if json_mode.FLAG in arguments:
            json_mode.say_failure(error)
        terminal.complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        terminal.complain("cancelled")
        return CANCELLED
    except BrokenPipeError:
        return UNEXPECTED  # whoever read our output has gone, and there is nobody left to tell
    except Exception as error:
        if "--debug" in arguments:
            raise
        # The text of an unforeseen exception may hold anything, a token too; its kind may not.
        terminal.complain(f"something unforeseen went wrong ({type(error).__name__}); --debug shows where")
        return UNEXPECTED


if __name__ == "__main__":
    sys.exit(main())
