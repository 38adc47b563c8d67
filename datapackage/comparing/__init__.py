"""What differs between two releases besides the values of rows: descriptors, and renamed keys."""
