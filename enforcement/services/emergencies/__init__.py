"""Services for decisions that could not wait: taken at once, confirmed in time, heard afterwards."""
