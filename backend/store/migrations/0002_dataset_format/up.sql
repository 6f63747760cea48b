-- How the uploader says the files are to be read; null: found out.
ALTER TABLE datasets ADD COLUMN format jsonb;
-- The blob of the mined templates, as JSON; null for datasets that were profiled before templates were mined.
ALTER TABLE datasets ADD COLUMN templates_sha256 text;
