"""The few exceptions of undercut. Each message is one plain sentence that names the place."""


class UndercutError(Exception):
    """Base of all errors that a person should read; anything else is a defect."""


class InvalidValueError(UndercutError, ValueError):
    """A value that no quote, instant or amount may hold."""


class AmountError(InvalidValueError):
    """A price text that cannot be read as one amount of one currency."""


class DocumentShapeError(UndercutError):
    """A document has not the shape its spider knows: the reading would be wrong, so there is none."""


class UnalignedFramesError(UndercutError, ValueError):
    """Two frames that must share a key do not."""


class FrameError(UndercutError, ValueError):
    """A frame that crosses a layer does not have the columns, types or key of `pipeline.frames`."""


class LedgerError(UndercutError):
    """The ledger refuses: it is locked, missing, newer than this program, or does not verify."""


class LockHeldError(LedgerError):
    """Another instance holds the lock (exit code 75)."""


class PanelError(InvalidValueError):
    """A panel of prices that no index can be computed from; the message names the line."""
