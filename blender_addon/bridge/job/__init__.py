"""What is asked for, what is known and what is said of a job: settings, session, messages."""
