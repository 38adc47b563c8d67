"""Run figures and rivals in turn, each in its own process, and compare the ratios with the targets."""
