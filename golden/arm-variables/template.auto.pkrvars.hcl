ring = "canary"
