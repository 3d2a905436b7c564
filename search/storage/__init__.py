"""Files of the index: whole or not there, verified when they are read, noted where damaged."""
