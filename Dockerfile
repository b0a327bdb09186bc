# The service. bubblewrap needs user namespaces, which Docker's default profile forbids:
#   docker build -t evolve-bot .
#   docker run -p 8000:8000 -v evolve:/data --env-file evolve.env \
#     --security-opt seccomp=unconfined --security-opt systempaths=unconfined evolve-bot
# `docker run … evolve-bot doctor` says whether the sandbox works; without it the bot refuses work.
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
RUN uv sync --frozen --no-dev

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap git util-linux ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home evolve \
 && install -d -o evolve -g evolve /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH EVOLVE_HOME=/data EVOLVE_HOST=0.0.0.0 EVOLVE_LOG=json
USER evolve
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
  "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.getenv(\"EVOLVE_PORT\", \"8000\")}/healthz', timeout=4)"]
# SIGTERM lets the running step finish or be kept; the service then releases its slot.
STOPSIGNAL SIGTERM
ENTRYPOINT ["evolve"]
CMD ["serve"]
