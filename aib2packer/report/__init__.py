"""MIGRATION.md: what a person does first, what differs from Image Builder, and what the conversion warned of."""
