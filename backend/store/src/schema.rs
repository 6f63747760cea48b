//! The tables as diesel sees them. A test holds this page against the migrated database.

use diesel::table;

table! {
    tokens (id) {
        id -> Uuid,
        name -> Text,
        role -> Text,
        kind -> Text,
        parent_id -> Nullable<Uuid>,
        secret_sha256 -> Binary,
        created_at -> Timestamptz,
        created_by -> Text,
        last_used_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

table! {
    datasets (id) {
        id -> Uuid,
        name -> Text,
        status -> Text,
        files -> Jsonb,
        size_bytes -> BigInt,
        sha256 -> Text,
        profile -> Nullable<Jsonb>,
        rejects_sha256 -> Nullable<Text>,
        error -> Nullable<Jsonb>,
        attempt -> Integer,
        worker -> Nullable<Text>,
        lease_expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Text,
        deleted_at -> Nullable<Timestamptz>,
        format -> Nullable<Jsonb>,
        templates_sha256 -> Nullable<Text>,
    }
}

table! {
    models (id) {
        id -> Uuid,
        name -> Text,
        version -> Text,
        major -> Integer,
        minor -> Integer,
        patch -> Integer,
        status -> Text,
        algorithm -> Text,
        parameters -> Jsonb,
        metrics -> Jsonb,
        statistics -> Jsonb,
        detail -> Jsonb,
        artifacts -> Jsonb,
        input_sha256 -> Text,
        recipe_sha256 -> Text,
        size_bytes -> BigInt,
        dataset_id -> Uuid,
        job_id -> Uuid,
        description -> Nullable<Text>,
        tags -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Text,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

table! {
    jobs (id) {
        id -> Uuid,
        name -> Text,
        status -> Text,
        stage -> Nullable<Text>,
        progress -> Double,
        dataset_id -> Uuid,
        specification -> Jsonb,
        statistics -> Nullable<Jsonb>,
        metrics -> Nullable<Jsonb>,
        model_id -> Nullable<Uuid>,
        error -> Nullable<Jsonb>,
        attempt -> Integer,
        worker -> Nullable<Text>,
        lease_expires_at -> Nullable<Timestamptz>,
        cancel_requested_at -> Nullable<Timestamptz>,
        retry_of -> Nullable<Uuid>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        created_by -> Text,
        leaderboard -> Nullable<Jsonb>,
        checkpoint -> Nullable<Jsonb>,
    }
}

table! {
    job_events (id) {
        id -> BigInt,
        job_id -> Uuid,
        kind -> Text,
        data -> Jsonb,
        created_at -> Timestamptz,
    }
}

table! {
    deployments (id) {
        id -> Uuid,
        model_id -> Uuid,
        name -> Text,
        version -> Text,
        status -> Text,
        target -> Text,
        gates -> Jsonb,
        note -> Nullable<Text>,
        package -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Text,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Text>,
    }
}

table! {
    idempotency_keys (token_id, operation, key) {
        token_id -> Uuid,
        operation -> Text,
        key -> Text,
        payload_sha256 -> Text,
        status -> Integer,
        resource_id -> Uuid,
        body -> Jsonb,
        created_at -> Timestamptz,
    }
}

table! {
    audit (id) {
        id -> Uuid,
        actor -> Text,
        token_id -> Nullable<Uuid>,
        action -> Text,
        resource -> Text,
        resource_id -> Text,
        detail -> Jsonb,
        request_id -> Text,
        remote_address -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}
