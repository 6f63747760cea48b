//! The queue: no work is done twice at once, none is lost, and who lost a lease cannot write.

use crate::support::Database;
use chrono::TimeDelta;
use std::collections::HashSet;
use trainyard_store::{
    Connection, StoreError, datasets,
    datasets::NewDataset,
    jobs::{self, Job},
    queue,
};
use trainyard_types::{DatasetId, Failure, JobStatus, Stage};

const LONG: TimeDelta = TimeDelta::minutes(10);
/// Over as soon as it is given.
const OVER: TimeDelta = TimeDelta::milliseconds(-1);

/// A dataset that is ready, and jobs that wait for it.
async fn enqueue(connection: &mut Connection, count: usize) -> DatasetId {
    let id = DatasetId::new();
    let dataset = NewDataset {
        id,
        name: "logs",
        files: Vec::new(),
        size_bytes: 1,
        sha256: "00",
        format: None,
        created_by: "test",
    };
    datasets::create(connection, dataset).await.unwrap();
    for _ in 0..count {
        let specification =
            serde_json::from_value(serde_json::json!({"name": "logs", "dataset_id": id})).unwrap();
        jobs::create(connection, specification, None, "test").await.unwrap();
    }
    id
}

async fn profiled(connection: &mut Connection) {
    let dataset = queue::claim_dataset(connection, "worker", LONG).await.unwrap().unwrap();
    // What is in the dataset does not matter here: an end of profiling is what jobs wait for.
    datasets::set_invalid(connection, dataset.fence(), Failure::new("none", "none")).await.unwrap();
}

async fn claim(connection: &mut Connection, lease: TimeDelta) -> Option<Job> {
    queue::claim_job(connection, "worker", lease).await.unwrap()
}

#[tokio::test]
async fn a_job_waits_for_its_dataset() {
    let database = Database::create().await;
    let store = database.store().await;
    let mut connection = store.connection().await.unwrap();
    enqueue(&mut connection, 1).await;
    assert!(claim(&mut connection, LONG).await.is_none());
    profiled(&mut connection).await;
    assert_eq!(claim(&mut connection, LONG).await.unwrap().status, JobStatus::Running);
}

#[tokio::test]
async fn many_workers_claim_each_job_once() {
    let database = Database::create().await;
    let store = database.store().await;
    let mut connection = store.connection().await.unwrap();
    enqueue(&mut connection, 30).await;
    profiled(&mut connection).await;
    let workers = (0..6).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut connection = store.connection().await.unwrap();
            let mut claimed = Vec::new();
            while let Some(job) = claim(&mut connection, LONG).await {
                claimed.push(job.id);
            }
            claimed
        })
    });
    let mut claimed = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        claimed.extend(worker.await.unwrap());
    }
    assert_eq!(claimed.len(), 30);
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 30);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_cannot_write() {
    let database = Database::create().await;
    let store = database.store().await;
    let mut connection = store.connection().await.unwrap();
    enqueue(&mut connection, 1).await;
    profiled(&mut connection).await;
    let first = claim(&mut connection, OVER).await.unwrap();
    let second = claim(&mut connection, LONG).await.unwrap();
    assert_eq!((second.id, second.attempt), (first.id, first.attempt + 1));
    let stale = |result| assert!(matches!(result, Err(StoreError::Stale("lease"))), "{result:?}");
    stale(queue::renew_job(&mut connection, first.fence(), LONG).await.map(|_| ()));
    stale(queue::set_progress(&mut connection, first.fence(), Stage::Training, 0.9).await);
    stale(queue::log(&mut connection, first.fence(), "info", "late").await);
    stale(jobs::finish_without_model(&mut connection, first.fence(), JobStatus::Failed, None).await);
    stale(queue::release_job(&mut connection, first.fence()).await);
    queue::set_progress(&mut connection, second.fence(), Stage::Reading, 0.1).await.unwrap();
    let job = jobs::find(&mut connection, first.id).await.unwrap().unwrap();
    assert_eq!((job.status, job.stage, job.progress), (JobStatus::Running, Some(Stage::Reading), 0.1));
}

#[tokio::test]
async fn work_that_kills_its_workers_is_given_up() {
    let database = Database::create().await;
    let store = database.store().await;
    let mut connection = store.connection().await.unwrap();
    enqueue(&mut connection, 1).await;
    profiled(&mut connection).await;
    let mut last = None;
    while let Some(job) = claim(&mut connection, OVER).await {
        last = Some(job);
    }
    let last = last.unwrap();
    assert_eq!(last.attempt, queue::MAX_ATTEMPTS);
    queue::give_up_exhausted(&mut connection).await.unwrap();
    let job = jobs::find(&mut connection, last.id).await.unwrap().unwrap();
    assert_eq!(job.status, JobStatus::Failed);
    assert_eq!(job.error.unwrap().0.code, "worker-died");
}

#[tokio::test]
async fn released_work_is_taken_up_again() {
    let database = Database::create().await;
    let store = database.store().await;
    let mut connection = store.connection().await.unwrap();
    enqueue(&mut connection, 1).await;
    profiled(&mut connection).await;
    // More often than work may kill its worker: a server that is restarted does not use a job up.
    for attempt in 1..=queue::MAX_ATTEMPTS + 2 {
        let job = claim(&mut connection, LONG).await.unwrap();
        assert_eq!(job.attempt, attempt);
        queue::release_job(&mut connection, job.fence()).await.unwrap();
    }
}
