"""The workers' local web app: thin routes and templates over the parts below."""
