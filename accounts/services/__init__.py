"""What is done with subjects, applications, accounts and names, by use case."""
