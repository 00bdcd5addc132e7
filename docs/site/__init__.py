"""The documentation as a site: what `mkdocs build` adds to the pages of docs/, made from the code and the evidence."""
