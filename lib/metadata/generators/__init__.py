"""What AI generators write: prompt, model, LoRAs."""
