"""`readycheck` and `python -m readycheck`: the shortest way to the command that is asked for."""

from __future__ import annotations

import gc
import sys

# A scan makes a million small objects and hardly any cycles; collecting them costs a tenth of a short run (measured).
OBJECTS_BEFORE_COLLECTION = 200_000


def main() -> int:
    """Run the command line and give its exit code; `--version` alone loads nothing but the version."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        from readycheck import __version__  # noqa: PLC0415 - all that this path needs

        sys.stdout.write(f"readycheck {__version__}\n")
        return 0
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    from readycheck.cli.app import run  # noqa: PLC0415 - typer costs more than the version does

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
