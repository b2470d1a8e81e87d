"""How gunicorn serves Larder: processes for the cores, threads for the waits."""

from django.urls import get_resolver

from config.environment import read_environment

_deployment = read_environment()

wsgi_app = "config.wsgi"
bind = f"{_deployment.host}:{_deployment.port}"
worker_class = "gthread"
workers = _deployment.web_processes
threads = _deployment.web_threads
timeout = 60
loglevel = "warning"
graceful_timeout = 30
max_requests = 2000
max_requests_jitter = 200
control_socket_disable = True  # it would lie in somebody's home and outlive a kill
forwarded_allow_ips = "*"  # whoever reaches this port is the proxy; see docs/configuration.md


def post_worker_init(_worker: object) -> None:
    """Load every page's code before the first visitor asks for one."""
    _ = get_resolver().url_patterns
