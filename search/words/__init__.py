"""What a word is: tokens, how they are spelt and sound, and those that the archive has."""
