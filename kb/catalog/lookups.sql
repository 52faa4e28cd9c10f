-- Format 3: the first bases of format 1 lack this.
CREATE INDEX IF NOT EXISTS brochures_by_content ON brochures(sha256);
