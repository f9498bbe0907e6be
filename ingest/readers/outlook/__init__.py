"""Mail as Outlook keeps it: messages of its own, and winmail.dat."""
