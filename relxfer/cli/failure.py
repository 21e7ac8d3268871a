"""What a command says when it fails: a sentence on standard error, and with `--json` an object on standard output."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from relxfer.cli.console import complain, print_json
from relxfer.errors import ConfigError, Problem, RelxferError
from relxfer.store.json_text import JsonObject
from relxfer.train.stopping import TERMINATED, Terminated

INTERRUPTED = 130


@dataclass(frozen=True)
class Failure:
    """Why a command failed.

    kind       the name of the error's class, such as `ConfigError`; `Interrupted`, `Terminated`, `OutOfMemory`,
               `SystemError`
    message    what was expected, what was got, what to do
    exit_code  of the command
    hint       what to do, where the error tells it apart
    problems   of a configuration, one by one
    """

    kind: str
    message: str
    exit_code: int
    hint: str | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """The failure for an error that ends a command: of relxfer, of the system, of memory, or an interrupt.

        >>> Failure.of(RelxferError("expected a cat, got a dog")).card()
        {'error': {'kind': 'RelxferError', 'message': 'expected a cat, got a dog', 'exit_code': 1}}
        """
        if isinstance(error, RelxferError):
            problems = error.problems if isinstance(error, ConfigError) else ()
            return cls(type(error).__name__, str(error), error.exit_code, error.hint, problems)
        if isinstance(error, Terminated):
            kept = "What is finished is kept, and training as far as it came; the same command continues."
            return cls("Terminated", f"Ended by SIGTERM. {kept}", TERMINATED)
        if isinstance(error, KeyboardInterrupt):
            return cls("Interrupted", "Interrupted. What is finished is kept; the same command continues.", INTERRUPTED)
        if isinstance(error, MemoryError):
            hint = "Close other programs, run fewer jobs at a time, or use less data."
            return cls("OutOfMemory", f"Out of memory. {hint}", 1, hint)
        assert isinstance(error, OSError)
        hint = "Free some space or correct the permissions, then run again."
        message = f"Cannot use {error.filename or 'the output'}: {error.strerror}. {hint}"
        return cls("SystemError", message, 1, hint)

    def card(self) -> JsonObject:
        """As JSON, without what it does not have."""
        return {"error": {key: value for key, value in asdict(self).items() if value not in (None, (), [])}}

    def tell(self, as_json: bool) -> int:
        """Print it, and return the exit code."""
        complain(self.message)
        if as_json:
            print_json(self.card())
        return self.exit_code
