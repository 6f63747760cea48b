//! `NOTIFY` wakes those who wait: workers for work, event streams for a job's news.
//! A lost notification costs time, never correctness: everyone who waits also polls.

use crate::{Connection, Store, StoreError};
use diesel::{sql_query, sql_types::Text};
use diesel_async::RunQueryDsl;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::broadcast;
use trainyard_types::JobId;

const CHANNEL: &str = "trainyard";

/// Something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// There may be work in the queue.
    Work,
    /// A job changed.
    Job(JobId),
}

async fn send(connection: &mut Connection, payload: &str) -> Result<(), StoreError> {
    sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(CHANNEL)
        .bind::<Text, _>(payload)
        .execute(connection)
        .await?;
    Ok(())
}

/// Wakes workers, once the caller's transaction commits.
pub async fn work(connection: &mut Connection) -> Result<(), StoreError> {
    send(connection, "work").await
}

/// Wakes those who follow a job, once the caller's transaction commits.
pub async fn job(connection: &mut Connection, id: JobId) -> Result<(), StoreError> {
    send(connection, &id.to_string()).await
}

/// Listens until `stop` is there, reconnecting when the connection breaks.
pub fn listen(store: Store, stop: impl Future<Output = ()> + Send + 'static) -> broadcast::Sender<News> {
    let (sender, _) = broadcast::channel(1024);
    let news = sender.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = stop => {}
            () = follow_always(&store, &news) => {}
        }
    });
    sender
}

async fn follow_always(store: &Store, news: &broadcast::Sender<News>) {
    loop {
        if let Err(error) = follow(store, news).await {
            tracing::warn!(%error, "listening for notifications failed; polling goes on");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn follow(store: &Store, news: &broadcast::Sender<News>) -> Result<(), StoreError> {
    let mut connection = store.dedicated_connection().await?;
    sql_query(format!("LISTEN {CHANNEL}")).execute(&mut connection).await?;
    let mut notifications = std::pin::pin!(connection.notifications_stream());
    while let Some(notification) = notifications.next().await {
        let payload = notification?.payload;
        let item = payload.parse().map_or(News::Work, News::Job);
        // No receiver is no error: nobody waits just now.
        let _ = news.send(item);
    }
    Ok(())
}
