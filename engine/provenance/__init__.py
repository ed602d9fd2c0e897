"""What the engine wrote is never unwritten: journals, messages and decisions stand."""
