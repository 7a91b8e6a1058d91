# One image for web, worker, beat and the one-shot migration; the command says which.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements/production.txt requirements/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/production.txt
COPY . .
RUN /opt/venv/bin/python -m babel.messages.frontend --quiet compile -d peergang/translations -D messages \
    && /opt/venv/bin/python -m compileall -q peergang workers migrations
# The checkout is not installed as a package, so the command that the documentation names is written here.
RUN printf '#!/bin/sh\nexec python -m peergang.cli "$@"\n' > /opt/venv/bin/peergang && chmod 755 /opt/venv/bin/peergang

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin peergang \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/peergang /var/lib/peergang-files
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 \
    PEERGANG_ENV=production PEERGANG_VAR=/var/lib/peergang PROMETHEUS_MULTIPROC_DIR=/tmp/peergang-metrics
USER 10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--factory", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "2", "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "peergang.app:create_app"]
