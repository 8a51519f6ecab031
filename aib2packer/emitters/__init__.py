"""From the IR to files: the Packer project, its scripts, its report, and the generated reference pages."""
