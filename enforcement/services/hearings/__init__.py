"""Services for hearings: open them, take what operators say, end them, weigh what was said."""
