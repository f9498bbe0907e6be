"""Names of parameters and shapes of JSON, for the web and for --json."""
