"""One module for each face of a comparison: text, JSON, Markdown, SARIF, a page. A face renders the model and decides nothing."""
