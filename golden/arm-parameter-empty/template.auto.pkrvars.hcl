suffix       = ""
owner        = ""
identityName = ""
