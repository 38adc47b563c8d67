"""What is said of tables and packages: descriptors, schemas, data dictionaries, citations, code to begin with."""
