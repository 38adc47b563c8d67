"""What a `datapackage.json` says: its package, resources, dialects and schemas, as values or findings."""
