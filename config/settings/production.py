"""Behind TLS, with real servers; config/environment.py has refused what is missing or weak."""

from datetime import timedelta

from config.settings import base
from config.settings.composing import settings_of

globals().update(settings_of(base))

HOSTS_FOR_MACHINES = ["127.0.0.1"]  # a container asks itself whether it is well
ALLOWED_HOSTS = [*base.ALLOWED_HOSTS, *HOSTS_FOR_MACHINES]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the container itself, without TLS
USE_X_FORWARDED_HOST = USE_X_FORWARDED_PORT = False  # the proxy hands on Host; these anyone can make up
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [
    origin
    for host in base.ALLOWED_HOSTS
    for origin in (
        [f"https://{host[1:]}", f"https://*{host}"] if host.startswith(".") else [f"https://{host}"]
    )
]
