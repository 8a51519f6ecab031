#!/bin/sh
az deployment group create -g rg-images --template-file image.json
