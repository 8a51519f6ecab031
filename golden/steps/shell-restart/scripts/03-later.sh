#!/bin/sh -e
sudo shutdown -r +1 {{now}}
