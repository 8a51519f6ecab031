"""This folder knows the files of a project: HCL, scripts, pipelines and the report."""
