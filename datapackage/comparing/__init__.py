"""What differs between two releases beside the values of rows: in what is promised, and in keys."""
