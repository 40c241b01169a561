"""Export images as tables (CSV, JSON, JSON Lines), and plan the changes of an edited table."""
