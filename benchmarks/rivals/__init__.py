"""What Communique is measured against: bare conversions, and other validators with the same rules."""
