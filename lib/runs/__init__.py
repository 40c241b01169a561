"""The local database (plans, run history, retries) and the one executor that applies a plan."""
