"""One module for each subject knows the codes of its findings: title, reason and remedy."""
