-- Ids are UUIDv7: their order is the order of creation, so a keyset page is `id < cursor ORDER BY id DESC`.

CREATE TABLE tokens (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT tokens_role_known CHECK (role IN ('viewer', 'trainer', 'deployer', 'admin')),
    -- A session is what a browser gets for a token; it ends with the token it came from.
    kind text NOT NULL CONSTRAINT tokens_kind_known CHECK (kind IN ('token', 'session', 'environment', 'sign-in-link')),
    parent_id uuid REFERENCES tokens (id),
    secret_sha256 bytea NOT NULL CONSTRAINT tokens_secret_unique UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX tokens_parent ON tokens (parent_id);

CREATE TABLE datasets (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    status text NOT NULL CONSTRAINT datasets_status_known CHECK (status IN ('profiling', 'ready', 'invalid')),
    files jsonb NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    profile jsonb,
    rejects_sha256 text,
    error jsonb,
    attempt integer NOT NULL DEFAULT 0,
    worker text,
    lease_expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    -- A deleted dataset loses its files but stays on record for the models trained on it.
    deleted_at timestamptz
);
CREATE INDEX datasets_profiling ON datasets (id) WHERE status = 'profiling' AND deleted_at IS NULL;

CREATE TABLE models (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    major integer NOT NULL,
    minor integer NOT NULL,
    patch integer NOT NULL,
    status text NOT NULL CONSTRAINT models_status_known CHECK (status IN ('ready', 'deployed', 'archived')),
    algorithm text NOT NULL,
    parameters jsonb NOT NULL,
    metrics jsonb NOT NULL,
    statistics jsonb NOT NULL,
    detail jsonb NOT NULL,
    artifacts jsonb NOT NULL,
    -- What decides the next version: see `docs/ARCHITECTURE.md`.
    input_sha256 text NOT NULL,
    recipe_sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    dataset_id uuid NOT NULL REFERENCES datasets (id),
    job_id uuid NOT NULL,
    description text,
    tags jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT models_version_unique UNIQUE (name, version)
);
CREATE INDEX models_by_name ON models (name, id DESC);
-- At most one version of a name is deployed.
CREATE UNIQUE INDEX models_one_deployed ON models (name) WHERE status = 'deployed';

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    status text NOT NULL
        CONSTRAINT jobs_status_known CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    stage text,
    progress double precision NOT NULL DEFAULT 0,
    dataset_id uuid NOT NULL REFERENCES datasets (id),
    specification jsonb NOT NULL,
    statistics jsonb,
    metrics jsonb,
    model_id uuid REFERENCES models (id),
    error jsonb,
    -- Counts the times the job was claimed; every write of a worker names the attempt it was given.
    attempt integer NOT NULL DEFAULT 0,
    worker text,
    lease_expires_at timestamptz,
    cancel_requested_at timestamptz,
    retry_of uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    created_by text NOT NULL
);
CREATE INDEX jobs_claimable ON jobs (id) WHERE status IN ('pending', 'running');
CREATE INDEX jobs_by_name ON jobs (name, id DESC);

CREATE TABLE job_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT job_events_kind_known CHECK (kind IN ('status', 'progress', 'log')),
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_events_by_job ON job_events (job_id, id);

CREATE TABLE deployments (
    id uuid PRIMARY KEY,
    model_id uuid NOT NULL REFERENCES models (id),
    name text NOT NULL,
    version text NOT NULL,
    status text NOT NULL
        CONSTRAINT deployments_status_known CHECK (status IN ('active', 'superseded', 'rolled_back', 'retired')),
    target text NOT NULL,
    gates jsonb NOT NULL DEFAULT '[]',
    note text,
    package jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    ended_at timestamptz,
    ended_by text
);
CREATE INDEX deployments_by_name ON deployments (name, id DESC);
CREATE INDEX deployments_by_model ON deployments (model_id, id DESC);
CREATE UNIQUE INDEX deployments_one_active ON deployments (name) WHERE status = 'active';

CREATE TABLE idempotency_keys (
    token_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    payload_sha256 text NOT NULL,
    status integer NOT NULL,
    resource_id uuid NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (token_id, operation, key)
);

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    actor text NOT NULL,
    token_id uuid,
    action text NOT NULL,
    resource text NOT NULL,
    resource_id text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    request_id text NOT NULL,
    remote_address text,
    created_at timestamptz NOT NULL DEFAULT now()
);
