"""Routes for debugging, registered only where the environment says that this is development."""
