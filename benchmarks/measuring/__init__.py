"""Run figures and rivals in turn, each in a process of its own, and hold the ratios against the targets."""
