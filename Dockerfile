FROM python:3.13-slim-trixie AS build
COPY pyproject.toml README.md LICENSE /source/
COPY aib2packer /source/aib2packer
RUN python -m venv /opt/aib2packer && /opt/aib2packer/bin/pip install --no-cache-dir /source

FROM python:3.13-slim-trixie
COPY --from=build /opt/aib2packer /opt/aib2packer
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["/opt/aib2packer/bin/aib2packer"]
CMD ["--help"]
