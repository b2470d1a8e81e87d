"""Django's sessions in the database, in rows that say whose they are (docs/adr/0309)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import Session
from apps.accounts.options import SecurityOptions


class SessionStore(DatabaseStore):
    """Keeps the row beside the data, lets no ended one in, and ends by the length that staff have set."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None
        self.ended_because = ""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def get_session_cookie_age(self) -> int:
        return int(SecurityOptions().session_length.total_seconds())

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = Session.objects.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        ).first()
        if row is not None and row.ended_at:
            self.ended_because, row = row.ended_because, None
        if row is None:
            self._session_key = None
        self.row = row
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # the stubs forget it
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
        )

    def save(self, must_create: bool = False) -> None:
        """Write the data alone: what is known of the sign-in has its own verbs, and an ended one stays so."""
        if self.session_key is None:
            self.create()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create:
            self._insert(row)
            return
        rows = Session.objects.filter(pk=row.pk)
        written = rows.filter(ended_at__isnull=True).update(
            session_data=row.session_data, expire_date=row.expire_date, user_id=row.user_id
        )
        if not written and not rows.exists():
            raise UpdateError

    def _insert(self, row: Session) -> None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as why:
            raise CreateError from why
        self.row = row

    def cycle_key(self) -> None:
        """A new key for the same sign-in, which stays where and when it was made."""
        was = self.row
        super().cycle_key()
        if was is not None and was.user_id and self.session_key:
            Session.objects.filter(pk=self.session_key).update(**was.metadata())
