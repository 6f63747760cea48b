//! Postgres underneath everything that is on record: one module per entity, the work queue,
//! the migrations and the private cluster.
//!
//! Functions take a connection, never a pool: the caller owns the transaction, so that several of them
//! happen together or not at all. [`Store`] hands out connections.

pub mod audit;
pub mod cluster;
mod columns;
pub mod datasets;
pub mod deployments;
pub mod idempotency;
pub mod jobs;
pub mod models;
pub mod notify;
pub mod queue;
pub mod references;
pub mod schema;
pub mod tokens;
pub mod versions;

use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl,
    pooled_connection::{
        AsyncDieselConnectionManager,
        deadpool::{Object, Pool},
    },
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

pub use columns::Json;
pub use diesel_async::AsyncConnection as Transactional;

/// The migrations, in order, each with its way back.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// A connection to the database.
pub type Connection = AsyncPgConnection;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database refused: {0}")]
    Query(diesel::result::Error),
    #[error("the database's tables could not be brought up to date: {0}")]
    Migration(String),
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The row changed under the writer: a lease was lost, or a status moved on.
    #[error("the {0} has changed meanwhile")]
    Stale(&'static str),
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Query(error)
    }
}

impl StoreError {
    /// The named constraint that a write ran into.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Query(diesel::result::Error::DatabaseError(_, information)) => {
                information.constraint_name()
            }
            _ => None,
        }
    }
}

/// The database, as a pool of connections.
#[derive(Clone)]
pub struct Store {
    pool: Pool<AsyncPgConnection>,
    url: String,
}

impl Store {
    /// Connects and brings the tables up to date. Several processes may do so at once.
    pub async fn open(url: &str, connections: usize) -> Result<Self, StoreError> {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
        let pool = Pool::builder(manager)
            .max_size(connections)
            .build()
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        let store = Self { pool, url: url.to_owned() };
        store.migrate().await?;
        Ok(store)
    }

    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unreachable(error.to_string()))
    }

    /// A connection outside the pool, for listening.
    pub(crate) async fn dedicated_connection(&self) -> Result<AsyncPgConnection, StoreError> {
        AsyncPgConnection::establish(&self.url)
            .await
            .map_err(|error| StoreError::Unreachable(error.to_string()))
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut connection = self.dedicated_connection().await?;
        // The lock ends with the connection: a second process waits here, then finds nothing to do.
        diesel::sql_query("SELECT pg_advisory_lock(7226315)").execute(&mut connection).await?;
        tokio::task::spawn_blocking(move || {
            let mut harness = AsyncMigrationHarness::new(connection);
            harness.run_pending_migrations(MIGRATIONS)?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })
        .await
        .map_err(|error| StoreError::Migration(error.to_string()))?
        .map_err(|error| StoreError::Migration(error.to_string()))
    }
}
