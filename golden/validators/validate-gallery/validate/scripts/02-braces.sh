#!/bin/sh -e
echo '{{.Names}}'
