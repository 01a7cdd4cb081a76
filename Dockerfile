# One image for the web server, the worker and beat; compose.yaml tells them apart.
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 VAR_DIR=/srv/var PATH=/srv/portal/.venv/bin:$PATH
RUN useradd --system --home-dir /srv/portal portal && install -d -o portal -g portal /srv/portal /srv/var
USER portal
WORKDIR /srv/portal

COPY --chown=portal requirements.txt package.json package-lock.json .npmrc ./
COPY --chown=portal bureau/core/embedded bureau/core/embedded
RUN python -P bureau/core/embedded/install.py && rm -rf node_modules ~/.npm ~/.cache

COPY --chown=portal . .
RUN python -P bureau/core/embedded/install.py

# `docker build --build-arg PORTAL_VERSION=$(git rev-parse --short HEAD)`: /healthz says it.
ARG PORTAL_VERSION=
ENV PORTAL_VERSION=$PORTAL_VERSION
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "bureau.wsgi", "-b", "0.0.0.0:8000", "-k", "gthread", "-w", "1", \
     "--threads", "8", "--graceful-timeout", "5", "--preload", "--no-control-socket"]
