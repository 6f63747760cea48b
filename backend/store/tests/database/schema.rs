//! The migrations, and `schema.rs` against what they make.

use crate::support::Database;
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::MigrationHarness;
use std::collections::BTreeMap;
use trainyard_store::{MIGRATIONS, Store};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Text)]
    is_nullable: String,
}

type Columns = BTreeMap<(String, String), String>;

async fn columns(url: &str) -> Columns {
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    let rows: Vec<Column> = diesel::sql_query(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations'",
    )
    .load(&mut connection)
    .await
    .unwrap();
    let diesel_type = |row: &Column| {
        let name = match row.data_type.as_str() {
            "uuid" => "Uuid",
            "text" => "Text",
            "bytea" => "Binary",
            "timestamp with time zone" => "Timestamptz",
            "jsonb" => "Jsonb",
            "bigint" => "BigInt",
            "integer" => "Integer",
            "double precision" => "Double",
            other => panic!("no diesel type is known for {other}"),
        };
        if row.is_nullable == "YES" { format!("Nullable<{name}>") } else { name.to_owned() }
    };
    rows.iter().map(|row| ((row.table_name.clone(), row.column_name.clone()), diesel_type(row))).collect()
}

/// The columns that `schema.rs` declares.
fn declared() -> Columns {
    let mut columns = Columns::new();
    let mut table = String::new();
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name.to_owned();
        } else if let Some((name, kind)) = line.split_once(" -> ") {
            columns.insert((table.clone(), name.to_owned()), kind.trim_end_matches(',').to_owned());
        }
    }
    columns
}

#[tokio::test]
async fn schema_rs_declares_what_the_migrations_make() {
    let database = Database::create().await;
    database.store().await;
    let declared = declared();
    assert!(declared.len() > 50, "schema.rs was not understood: {declared:?}");
    assert_eq!(columns(&database.url).await, declared);
}

#[tokio::test]
async fn migrations_can_be_undone_and_done_again() {
    let database = Database::create().await;
    database.store().await;
    let before = columns(&database.url).await;
    let connection = AsyncPgConnection::establish(&database.url).await.unwrap();
    tokio::task::spawn_blocking(move || {
        AsyncMigrationHarness::new(connection).revert_all_migrations(MIGRATIONS).map(|_| ()).unwrap();
    })
    .await
    .unwrap();
    assert_eq!(columns(&database.url).await, Columns::new());
    database.store().await;
    assert_eq!(columns(&database.url).await, before);
}

#[tokio::test]
async fn several_processes_may_start_at_once() {
    let database = Database::create().await;
    let opened = tokio::join!(
        Store::open(&database.url, 1),
        Store::open(&database.url, 1),
        Store::open(&database.url, 1),
        Store::open(&database.url, 1)
    );
    for store in [opened.0, opened.1, opened.2, opened.3] {
        drop(store.unwrap().connection().await.unwrap());
    }
}
