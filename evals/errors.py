"""What can be wrong with gold labels, run files and gates: one kind each, naming the file and the field."""

from __future__ import annotations

from summarizer.errors import SummarizerError


class EvaluationError(SummarizerError):
    """An input of the evaluation cannot be used. Its message is ``file: field: what; remedy``."""

    def __init__(self, file: str, field: str | None, what: str, remedy: str) -> None:
        """Build the one-line message; ``field`` is ``None`` where it is the whole file."""
        super().__init__(": ".join(part for part in (file, field, f"{what}; {remedy}") if part))
        self.file = file
        self.field = field
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[EvaluationError], tuple[str, str | None, str, str]]:
        """Pickle by the four parts."""
        return type(self), (self.file, self.field, self.what, self.remedy)


class GoldError(EvaluationError):
    """A label breaks the codebook, does not fit its letter, or has none."""


class RunError(EvaluationError):
    """A run file cannot be read, or was written by another version."""


class RunsDiffer(EvaluationError):
    """Two runs cannot be compared: they are over different letters or labels."""


class GateError(EvaluationError):
    """The gate's own files are wrong: an unknown metric, a missing baseline."""


class AnswersMissing(EvaluationError):
    """A replayed run asked something that no recorded answer answers."""
