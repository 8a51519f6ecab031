#!/bin/sh -e
docker ps --format '{{.Names}}' > /opt/tool
