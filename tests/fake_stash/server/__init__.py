"""What a running server has besides its library: log, jobs, configuration, sessions."""
