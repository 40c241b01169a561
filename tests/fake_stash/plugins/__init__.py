"""Plugins: their manifests, and their processes as the server starts and hears them."""
