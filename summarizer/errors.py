"""Every error this package raises on purpose, in one hierarchy.

A message says what was wrong, with which input, and what to do. It never holds a letter's
text or a key.
"""

from __future__ import annotations


class SummarizerError(Exception):
    """Base of all of them."""


class InputError(SummarizerError):
    """An input cannot be read as a determination letter; the other inputs are not concerned.

    ``code`` names the kind for machines, ``source`` the input, ``remedy`` what to do.
    """

    code = "input_error"

    def __init__(self, source: str, what: str, remedy: str) -> None:
        """Build the one-line message ``source: what; remedy``."""
        super().__init__(f"{source}: {what}; {remedy}")
        self.source = source
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, str]]:
        """Pickle by the three parts, so that an error crosses from a worker process whole."""
        return type(self), (self.source, self.what, self.remedy)


class NotFound(InputError):
    """There is no such file, or it may not be read."""

    code = "not_found"


class EmptyInput(InputError):
    """The file has no bytes, the folder no letters, or the text no words."""

    code = "empty_input"


class UnknownFormat(InputError):
    """Neither a PDF, a DOCX nor text in a known encoding."""

    code = "unknown_format"


class DamagedFile(InputError):
    """The file says it is a PDF or DOCX but cannot be opened, or is cut off."""

    code = "damaged_file"


class PasswordNeeded(InputError):
    """The PDF opens only with a password."""

    code = "password_needed"


class TooLarge(InputError):
    """More bytes or pages than the limits allow."""

    code = "too_large"


class OcrNeeded(InputError):
    """A page has no text layer, and the ``ocr`` extra is not installed."""

    code = "ocr_needed"


class NotADetermination(InputError):
    """The text has no section heading and no outcome."""

    code = "not_a_determination"


class InputUnreachable(InputError):
    """The place where it is does not answer, or broke off; another time it may."""

    code = "input_unreachable"


class ReaderCrashed(InputError):
    """The process that read the file ended without an answer, as when PDFium crashes."""

    code = "reader_crashed"


class ModelError(SummarizerError):
    """A language model gave no usable answer.

    ``code`` names the kind for machines. ``concerns_all`` says that every further request would end
    the same way, so that none is sent.
    """

    code = "model_error"
    concerns_all = False

    def __init__(self, model: str, what: str, remedy: str) -> None:
        """Build the one-line message ``model: what; remedy``; none of them may hold a key or a letter's text."""
        super().__init__(f"{model}: {what}; {remedy}")
        self.model = model
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[ModelError], tuple[str, str, str]]:
        """Pickle by the three parts."""
        return type(self), (self.model, self.what, self.remedy)


class ModelUnreachable(ModelError):
    """No answer after all retries: connection refused or reset, time-outs, 5xx, or 429 to the end."""

    code = "model_unreachable"


class KeyRefused(ModelError):
    """The server refuses the key (401), or the key may not use the model (403)."""

    code = "key_refused"
    concerns_all = True


class UnknownModel(ModelError):
    """The server does not know the model or the address (404)."""

    code = "unknown_model"
    concerns_all = True


class RequestRefused(ModelError):
    """The server refuses the request as such (another 4xx)."""

    code = "request_refused"


class WindowExceeded(ModelError):
    """The request does not fit the model's window."""

    code = "window_exceeded"


class AnswerRefused(ModelError):
    """The model refuses, or a content filter stopped it; asking again would only cost."""

    code = "answer_refused"


class AnswerTruncated(ModelError):
    """The answer was cut off at its length limit, with more room too."""

    code = "answer_truncated"


class AnswerUnusable(ModelError):
    """What came back is no answer of the asked shape, after re-asking too."""

    code = "answer_unusable"


class BudgetReached(ModelError):
    """The next request could pass the run's limit of dollars."""

    code = "budget_reached"
    concerns_all = True


class ModelMisconfigured(ModelError):
    """A setting is missing or impossible: no key, an address that is none, a limit of dollars without a price."""

    code = "model_misconfigured"
    concerns_all = True


class NoBatchInterface(ModelError):
    """The server takes no batches."""

    code = "no_batch_interface"
    concerns_all = True


class QueueFull(ModelError):
    """The provider holds as many tokens of batches as it takes; later it takes more."""

    code = "queue_full"


class FileGone(ModelError):
    """A file of a batch is not at the provider any more."""

    code = "file_gone"


class RunEnding(ModelError):
    """The run was asked to end before this letter was asked about."""

    code = "run_ending"


class StoreError(SummarizerError):
    """A store of readings cannot be used, or holds not what is asked for.

    ``code`` names the kind for machines.
    """

    code = "store_error"

    def __init__(self, place: str, what: str, remedy: str) -> None:
        """Build the one-line message ``place: what; remedy``; ``place`` holds no password."""
        super().__init__(f"{place}: {what}; {remedy}")
        self.place = place
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[StoreError], tuple[str, str, str]]:
        """Pickle by the three parts."""
        return type(self), (self.place, self.what, self.remedy)


class StoreLocked(StoreError):
    """Another process has held the store locked for longer than is waited."""

    code = "store_locked"


class StoreFull(StoreError):
    """The disk, or what the store may take of it, is full; what was recorded stays."""

    code = "store_full"


class MissingExtra(SummarizerError):
    """An optional part of this project is needed and not installed; the message holds the command that adds it."""


class ClusterFailed(SummarizerError):
    """Ray cannot be started or reached, its nodes cannot read as this machine does, or it broke down."""

    code = "cluster_failed"
