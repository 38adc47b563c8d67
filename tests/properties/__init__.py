"""Properties of the whole program: for random tables and schemas it agrees with a slow check in plain Python."""
