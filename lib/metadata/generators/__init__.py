"""Readers of the prompts, models and LoRAs that AI image generators write."""
