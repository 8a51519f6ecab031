location    = "westeurope"
gallery_id  = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-gal/providers/Microsoft.Compute/galleries/gal"
environment = "prod"
