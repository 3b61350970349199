"""What several replicas of the bot share in a PostgreSQL database; imported only where SAIDWHAT_STORE names one."""
