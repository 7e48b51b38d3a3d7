"""The inquiry's checker: standard library and openssl; imports nothing of asylia."""
