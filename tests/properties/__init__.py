"""Properties of the whole: for random tables and schemas the program says what a slow check in plain Python says."""
