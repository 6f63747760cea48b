ALTER TABLE datasets DROP COLUMN templates_sha256;
ALTER TABLE datasets DROP COLUMN format;
