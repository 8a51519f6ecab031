"""This folder writes the image templates of Azure as files; it reads them through az and changes nothing in Azure."""
