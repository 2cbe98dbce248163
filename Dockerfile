# npconv as an image: nobody's user, nothing written but what it is asked to write.
#
#   docker build -t npconv .
#   docker run --rm --read-only --network none -v "$PWD:/work:ro" npconv calico-to-cilium policies/
#   docker run --rm --read-only --network none -u "$(id -u):$(id -g)" -v "$PWD:/work" npconv calico-to-cilium policies/ -d cilium/
FROM python:3.13-slim AS build
COPY pyproject.toml README.md LICENSE CHANGELOG.md /source/
COPY src /source/src
COPY grammars /source/grammars
COPY schemas /source/schemas
COPY man /source/man
RUN python -m venv /opt/npconv && /opt/npconv/bin/pip install --no-cache-dir /source

FROM python:3.13-slim
LABEL org.opencontainers.image.title="npconv" \
      org.opencontainers.image.description="Compiler between Kubernetes network-policy dialects" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/npconv /opt/npconv
ENV PATH="/opt/npconv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["npconv"]
CMD ["--help"]
