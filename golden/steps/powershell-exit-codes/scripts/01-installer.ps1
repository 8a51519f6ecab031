exit 3010
