"""A server of the Model Context Protocol: assistants search the library, read documents, and cite them."""
