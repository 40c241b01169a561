"""What the server keeps: SQLite in memory, with the tables that its error messages and sorts show through."""
