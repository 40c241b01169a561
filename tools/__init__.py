"""What the project is made and measured with: none of it is in the package."""
