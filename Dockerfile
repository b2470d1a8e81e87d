# Two stages: the first has what building needs, the second only what running needs.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt
WORKDIR /srv/larder
COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static
COPY locale* locale/
# Throw-away values: collecting static files needs settings, not servers, and none of this is kept.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" DJANGO_ENV=production \
    ALLOWED_HOSTS=build.invalid DATABASE_URL=postgresql://build.invalid/larder REDIS_URL=redis://build.invalid/0 \
    ERPNEXT_URL=https://build.invalid ERPNEXT_API_KEY=build ERPNEXT_API_SECRET=build \
    /opt/venv/bin/python manage.py collectstatic --no-input

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/larder larder
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/larder /srv/larder
RUN install -d -o larder -g larder /srv/larder/media /var/lib/larder/data
USER larder
WORKDIR /srv/larder
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_ENV=production HOST=0.0.0.0 PORT=8000 LARDER_VAR=/var/lib/larder/data
VOLUME ["/srv/larder/media", "/var/lib/larder/data"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "python:config.web"]
