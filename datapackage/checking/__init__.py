"""What is wrong with the rows of a dataset, what becomes of those rows, and what is known of them already."""
