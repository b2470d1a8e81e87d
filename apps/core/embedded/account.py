"""Whom an embedded service runs as."""

import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

NAME: Final = "larder-services"


class NoAccountError(Exception):
    """Root could not make the services an account of their own."""


@dataclass(frozen=True)
class Account:
    """A user of the machine."""

    name: str
    uid: int
    gid: int

    @classmethod
    def ours(cls) -> "Account":
        """The user who runs this process."""
        uid = os.geteuid()
        try:
            return cls(pwd.getpwuid(uid).pw_name, uid, os.getegid())
        except KeyError:  # a container started with a bare number
            return cls(f"user {uid}", uid, os.getegid())

    @classmethod
    def stranger(cls) -> "Account":
        """Somebody who owns nothing and is in no group: what such a user reaches, every user does."""
        return cls("anybody", -1, -1)

    @classmethod
    def for_services_in(cls, data: Path) -> "Account":
        """Who must run the service over ``data``: ourselves; for root its owner, at first a system user."""
        if os.geteuid() != 0:
            return cls.ours()
        if data.exists() and (owner := data.stat().st_uid) != 0:
            return cls._named(pwd.getpwuid(owner))
        return cls._system_user()

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def reaches(self, folder: Path) -> bool:
        """Whether this user may enter ``folder`` and all above it, as far as they exist."""
        above = (folder, *folder.parents)
        return all(self._may_enter(place.stat()) for place in above if place.exists())

    def own(self, path: Path) -> None:
        """Hand ``path`` over, which only root can and needs to do."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)

    def as_options(self) -> dict[str, Any]:
        """The options of ``subprocess`` that run a program as this user."""
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def _may_enter(self, place: os.stat_result) -> bool:
        if place.st_uid == self.uid:
            return bool(place.st_mode & stat.S_IXUSR)
        if place.st_gid == self.gid:
            return bool(place.st_mode & stat.S_IXGRP)
        return bool(place.st_mode & stat.S_IXOTH)

    @classmethod
    def _named(cls, entry: pwd.struct_passwd) -> "Account":
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def _system_user(cls) -> "Account":
        """The services' user, made the first time; another process may be making it at this moment."""
        complaint = ""
        for _ in range(10):
            try:
                return cls._named(pwd.getpwnam(NAME))
            except KeyError:
                complaint = _add_user() or complaint
                time.sleep(0.1 if complaint else 0)
        raise NoAccountError(
            "PostgreSQL does not run as root, and no system user could be made for it"
            f" ({complaint}). Start Larder as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )


def _add_user() -> str:
    """Make the system user; returns what went wrong, empty when nothing did."""
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        return "there is no useradd"
    command = [tool, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if made.returncode == 0 else made.stderr.strip()
