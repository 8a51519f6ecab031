"""The ARM template language: this folder knows how expressions are read and evaluated, as far as their values are known (arm-expressions 1 to 4)."""
