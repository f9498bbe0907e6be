"""What a file is: by its name, and by its first bytes."""
