"""What several replicas of the bot share in the PostgreSQL database that SAIDWHAT_STORE names."""
