"""Why a sync could not go on, each with the sentence that staff read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from apps.core.errors import AlreadyRunningError, DomainError, FieldError, InvalidInputError


class SyncError(DomainError):
    """Whatever keeps an entity from being read."""

    code = "sync-failed"


class ErpError(SyncError):
    """Whatever is wrong between us and ERPNext."""

    code = "erpnext-failed"


class ErpUnreachableError(ErpError):
    """No answer, however often we asked: down, in maintenance, throttling us, or the wrong address."""

    code = "erpnext-unreachable"
    status = 503


class ErpGarbledError(ErpUnreachableError):
    """An answer that is no JSON, or only half of it: something between us and ERPNext, worth another try."""

    code = "erpnext-garbled"


class ErpLeftOutError(ErpGarbledError):
    """A list without some of its fields: ERPNext leaves out, unsaid, what a user may not see."""

    def __init__(self, doctype: str, fields: frozenset[str]) -> None:
        named = ", ".join(f"“{name}”" for name in sorted(fields))
        super().__init__(
            f"ERPNext leaves {named} out of its list of “{doctype}”: our user's permission level may be too "
            "low for it. “manage.py sync check” says which fields Larder needs."
        )
        self.fields = fields


class ErpRefusedError(ErpError):
    """ERPNext understood and said no; asking again gives the same answer."""

    code = "erpnext-refused"

    def __init__(self, sentence: str, *, http_status: int, exc_type: str = "", said: str = "") -> None:
        super().__init__(sentence)
        self.http_status = http_status
        self.exc_type = exc_type
        self.said = said  # ERPNext's own words, in whatever language


class ErpCredentialsError(ErpRefusedError):
    """The key or the secret is not (or no longer) accepted."""

    code = "erpnext-credentials"


class ErpPermissionError(ErpRefusedError):
    """The user behind the key may not read this."""

    code = "erpnext-permission"


class AnotherSiteError(SyncError):
    """The address leads to another ERPNext than the one that this database mirrors."""

    code = "another-site"


class UnknownEntityError(SyncError):
    """Nothing of this name is synced."""

    code = "unknown-entity"
    status = 404


class SyncPostDisabledError(SyncError):
    """The environment lets nobody start a run or send anything."""

    code = "sync-post-disabled"
    status = 403


class DirectionDisabledError(SyncError):
    """The control of this entity and direction is off."""

    code = "direction-disabled"
    status = 403


class WebhookSecretMissingError(SyncError):
    """No secret is set with which webhooks could be told from forged ones."""

    code = "webhook-secret-missing"
    status = 403


class RunUnderWayError(AlreadyRunningError):
    """The entity is being read, or is about to be; ``run_id`` says by which run."""

    def __init__(self, sentence: str, *, run_id: int) -> None:
        super().__init__(sentence)
        self.run_id = run_id

    @property
    def location(self) -> str:
        return reverse("v1:sync-run", kwargs={"pk": self.run_id})

    @property
    def extensions(self) -> Mapping[str, str]:
        return {"run": self.location}


class ComparisonUnderWayError(AlreadyRunningError):
    """The entity is being compared with ERPNext, or is about to be."""


class CheckUnderWayError(AlreadyRunningError):
    """The connection is being looked at, or is about to be."""


class NothingLackingError(SyncError):
    """What was shown to be lacking is not any more, or nobody has looked."""

    code = "nothing-lacking"


class NothingDiffersError(SyncError):
    """There is nothing that would have to be read again."""

    code = "nothing-differs"


class UnreadableError(ValueError):
    """A value that does not fit its column; parks the document it stands in."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ErpFileError(ErpError):
    """A file did not come, though ERPNext is there: it is missing, kept from us, or came to no end."""

    code = "erpnext-file"


class ErpFileRefusedError(ErpFileError):
    """What is named is nothing that we fetch, or take: asking again is no use while it is named so."""

    code = "erpnext-file-refused"


class ErpTooSlowError(ErpUnreachableError):
    """No answer within its time, from ERPNext or from the proxy before it: a smaller question may get one."""


class ErpUncertainError(ErpUnreachableError):
    """A write whose answer was lost: look up whether ERPNext did it before anything is repeated."""

    code = "erpnext-uncertain"


class ErpFieldError(ErpRefusedError):
    """The site lacks a field that was asked for, which fails the whole request."""

    code = "erpnext-field"

    def __init__(self, doctype: str, field: str, why: ErpRefusedError) -> None:
        named = f"has no field “{field}” on “{doctype}”" if field else f"lacks a field of “{doctype}”"
        super().__init__(
            f"ERPNext {named}, or does not let our user see it: “manage.py sync check” says which "
            "fields Larder needs.",
            http_status=why.http_status,
            exc_type=why.exc_type,
            said=why.said,
        )
        self.doctype = doctype
        self.field = field


class PayloadRefusedError(InvalidInputError):
    """What is to be sent is wrong, and ERPNext might take it all the same: it is not even asked."""

    code = "payload-refused"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        told = "; ".join(f"“{error.field}” {error.message}" for error in errors)
        super().__init__(f"It was not sent: {told}.", errors=errors)


class DocumentTakenError(PayloadRefusedError):
    """What is there under this key says otherwise, and cannot be of our making."""

    code = "document-taken"

    def __init__(self, errors: Sequence[FieldError], *, document: Mapping[str, Any]) -> None:
        super().__init__(errors)
        self.document = dict(document)


class ErpAmbiguousError(ErpRefusedError):
    """ERPNext has several documents that might be the one meant."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, http_status=409)


class ErpContestedError(ErpUnreachableError):
    """A record changes under our hands, or is said to be there and is not shown: worth another try."""

    code = "erpnext-contested"
