"""The web application: pages, JSON API and media over a `Library`."""
