"""Fuzzing: arbitrary bytes for the four entry points of untrusted input. docs/fuzzing.md says how to run it."""
