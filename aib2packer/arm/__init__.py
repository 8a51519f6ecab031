"""The ARM template language: this folder knows how expressions are read and evaluated, as far as their values are known.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""
