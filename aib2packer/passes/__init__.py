"""Each module knows one thing about a whole template that no single construct can tell."""
