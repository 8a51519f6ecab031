#!/bin/sh -e
echo '{{ braces }}'
