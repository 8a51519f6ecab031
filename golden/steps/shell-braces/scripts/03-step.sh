#!/bin/sh -e
echo '{{ user `password` }}'
