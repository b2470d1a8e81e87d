"""What is refused of suppliers and their invoices."""

from apps.core.errors import DomainError, InvalidInputError


class PrefixTakenError(DomainError):
    """Another supplier's batches begin like that."""

    code = "prefix-taken"


class PrefixInUseError(DomainError):
    """Batches bear the prefix; their numbers are for ever."""

    code = "prefix-in-use"


class DuplicateInvoiceError(DomainError):
    """The supplier's invoice of this number came within the last twelve months."""

    code = "duplicate-invoice"

    def __init__(self, sentence: str, *, upload_id: int) -> None:
        super().__init__(sentence)
        self.upload_id = upload_id


class RowsRefusedError(InvalidInputError):
    """Rows of the file cannot be taken as they are; ``errors`` names row and column of each."""

    code = "rows-refused"


class UploadClosedError(DomainError):
    """The invoice is past the step in which this can be done."""

    code = "upload-closed"


class LineChangedError(DomainError):
    """Somebody else decided or changed the line since it was looked at."""

    code = "line-changed"


class UndecidedLinesError(DomainError):
    """Not every line says what becomes of it."""

    code = "lines-undecided"


class ProductUnfitError(InvalidInputError):
    """A product that a line names cannot be bought in any more."""

    code = "product-unfit"


class UndoBlockedError(DomainError):
    """Something of the invoice was used already; ``errors`` says what."""

    code = "undo-blocked"


class NothingToTellError(DomainError):
    """ERPNext was told of it, has it, or is not to be told."""

    code = "nothing-to-tell"


class StorageError(DomainError):
    """The file could not be written or read."""

    code = "storage"
    status = 503
