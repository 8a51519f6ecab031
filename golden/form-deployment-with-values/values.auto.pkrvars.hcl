location = "northeurope"
