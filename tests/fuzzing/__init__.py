"""Fuzzing: strange bytes into the four places where strangers' input comes in. docs/fuzzing.md says how to run it."""
