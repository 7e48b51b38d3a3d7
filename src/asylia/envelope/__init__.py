"""What reporter and desk both read and write: phrase, Envelope, Drop, intake bundle."""
