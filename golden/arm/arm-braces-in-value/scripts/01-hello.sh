#!/bin/sh -e
echo '{{ protected }}'
