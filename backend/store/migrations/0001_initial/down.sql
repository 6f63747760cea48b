DROP TABLE audit;
DROP TABLE idempotency_keys;
DROP TABLE deployments;
DROP TABLE job_events;
DROP TABLE jobs;
DROP TABLE models;
DROP TABLE datasets;
DROP TABLE tokens;
