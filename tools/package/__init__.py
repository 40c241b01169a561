"""How the package that users install is made. Nothing of this folder ships."""
