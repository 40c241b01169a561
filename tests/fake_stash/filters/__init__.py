"""The server's filters and sorts, as SQL of the same shape as the server's: its errors quote it."""
