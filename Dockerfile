# One image for every part of Verso: worker, courier, watcher, web, and the verbs of the command line.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/verso
COPY requirements.lock ./
RUN /opt/verso/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY . ./
RUN /opt/verso/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
# Debian's security updates are wanted at every build, so its versions are not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libseccomp2 \
        tesseract-ocr \
        tesseract-ocr-fra \
        tesseract-ocr-osd \
        tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /run/verso --shell /usr/sbin/nologin verso
COPY --from=build /opt/verso /opt/verso
ENV PATH=/opt/verso/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VERSO_HOME=/run/verso \
    VERSO_MODE=production
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /run/verso
STOPSIGNAL SIGTERM
ENTRYPOINT ["verso"]
CMD ["--help"]
