"""The office of the site: who may sign in, and the work on brochures that they ask for."""
