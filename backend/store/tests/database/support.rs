//! A database per test, in the Postgres that `scripts/with-postgres` runs.

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use trainyard_store::Store;

/// An empty database; dropped when the cluster is.
pub(crate) struct Database {
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn create() -> Self {
        let folder = std::env::var("TRAINYARD_TEST_POSTGRES")
            .expect("these tests need a Postgres: run them with `scripts/with-postgres cargo nextest run`");
        let address = format!("postgresql://trainyard@{}", folder.replace('/', "%2F"));
        let name = format!("store_{}", uuid::Uuid::now_v7().simple());
        let mut admin = AsyncPgConnection::establish(&format!("{address}/postgres")).await.unwrap();
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut admin).await.unwrap();
        Self { url: format!("{address}/{name}") }
    }

    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.url, 8).await.unwrap()
    }
}
