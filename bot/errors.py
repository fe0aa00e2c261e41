"""Every error that this program raises on purpose.

    MsoBotError
    ├── SettingError        a setting is unknown or invalid: the start stops
    ├── CorpusError         a document, or a file of the corpus pack, cannot be used
    │   └── EmptyCorpusError    the folder is missing, or holds no usable document
    ├── EncoderError        the embedding model is missing, or is not the one that was expected
    ├── IndexingError       the index cannot be built, opened or swapped
    │   └── IngestRunningError  another process is building the index right now
    ├── InputError          what a caller sent cannot be used: exit code 2, HTTP 4xx
    │   └── UnknownConversationError
    ├── LimitError          a caller asks more often than the limits allow: HTTP 429
    ├── ModelUnavailable    the chat model did not answer: the extractive engine takes over
    ├── AnswerStopped       whoever asked is gone
    ├── HistoryError        the record's database cannot be opened: the start stops
    │   └── NotKeptError        what was to be kept could not be written: HTTP 503
    ├── StaffError          the staff file cannot be used, or a name or password that is to stand in it
    ├── NotAllowedError     who is logged in may not do this: HTTP 403
    ├── VerificationError   a sentence is not bound to a passage
    └── ServerError         the web server cannot start

Each message names the value, the rule and the remedy, in words that can be shown to a user.
"""


class MsoBotError(Exception):
    """The root: catch this at an edge to show ``str(error)`` instead of a stack trace."""


class SettingError(MsoBotError):
    """A setting is unknown, or its value is not allowed."""


class CorpusError(MsoBotError):
    """A file of the corpus pack is missing a field, or has one that cannot be read."""


class EmptyCorpusError(CorpusError):
    """There is no document to answer from."""


class EncoderError(MsoBotError):
    """The embedding model cannot be loaded, or its weights are not the expected ones."""


class IndexingError(MsoBotError):
    """The index cannot be built, opened or swapped; the index that was there stays."""


class IngestRunningError(IndexingError):
    """Another process holds the lock on the index folder."""


class InputError(MsoBotError):
    """What a caller sent cannot be used; the message says what would be."""


class UnknownConversationError(InputError):
    """No conversation has this id here, or it ended."""


class LimitError(MsoBotError):
    """More requests came than the limits allow. ``retry_after``: whole seconds until the next one is welcome."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelUnavailable(MsoBotError):
    """The chat model gave no whole answer. ``reason`` is one word for counting; the message holds no user's text."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class AnswerStopped(MsoBotError):
    """Whoever asked is gone, so nothing more is worked out."""


class HistoryError(MsoBotError):
    """The database of the record cannot be opened or brought up to date."""


class NotKeptError(HistoryError):
    """Something could not be written or read. ``passing``: the same may succeed later."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


class StaffError(MsoBotError):
    """The staff file cannot be read or written, or what is to stand in it is not allowed."""


class NotAllowedError(MsoBotError):
    """Whoever asked for this may not do it; the message says who may."""


class VerificationError(MsoBotError):
    """A sentence was about to be shown that no passage supports."""


class ServerError(MsoBotError):
    """The web server cannot start as it is configured."""
