#!/bin/sh -e
printf '%s' 'café' | wc -c
