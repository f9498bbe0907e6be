"""Who may use the web server: the password, sessions, API tokens, and the check of each request."""
