#!/bin/sh -e
echo '{{.Names}} {{ json . }}'
printf '%s\n' '}} and {{ alone'
