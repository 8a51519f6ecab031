"""Many templates at once: compared with many projects, and audited before they migrate."""
