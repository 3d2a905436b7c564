"""What `podium doctor` examines: the machine, and how the archive stands."""
