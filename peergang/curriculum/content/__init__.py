"""Reading the content files: headers as typed models, Markdown as clean HTML, mistakes with file, line and remedy."""
