"""Who may change what, and that what is sent comes from a page here."""
