//! The plan on an Apache DataFusion Ballista cluster: reading and parsing on its executors, file by file, and the sort
//! on all of them.
//!
//! A stock scheduler decodes every plan that it passes on, and knows neither our table nor our function. So the plan
//! names neither: to the scheduler it is a sort over a scan of Arrow files in the object store `trainyard://parsed/`,
//! which only our executors have. There, the name of a file is a [`ticket`] that says what to read and how; opening
//! it runs the same plan as in process up to the sort, and gives its batches as one Arrow file.
//!
//! ```text
//! client       SortPreservingMerge ← Sort ← scan of trainyard://parsed/<ticket> …
//! executor     trainyard://parsed/<ticket> = raw records → parse_record → Arrow file
//! ```
//!
//! Every such file ends with a [`trailer`]: how many records were found, or what went wrong. A trailer that is missing
//! is an error, so that nothing is lost in silence on the way. Sources are named by their paths: client and executors
//! must see the same files, in a shared folder that has the same path everywhere.

#[cfg(feature = "cluster")]
mod client;
#[cfg(feature = "cluster")]
mod executor;
#[cfg(feature = "cluster")]
mod store;
#[cfg(feature = "cluster")]
mod ticket;
#[cfg(feature = "cluster")]
mod trailer;

#[cfg(feature = "cluster")]
pub(crate) use client::sorted;
#[cfg(feature = "cluster")]
pub use executor::{ExecutorOptions, run_executor};

/// Refuses: the cluster is asked for, but not built in.
#[cfg(not(feature = "cluster"))]
pub(crate) async fn sorted(
    _: &std::sync::Arc<crate::plan::Scan>,
    _: &trainyard_types::FormatSpecification,
    address: &str,
) -> Result<datafusion::execution::SendableRecordBatchStream, crate::IntakeError> {
    Err(crate::IntakeError::Cluster {
        address: address.to_owned(),
        reason:
            "this program was built without it; build with `--features cluster`, or unset TRAINYARD_BALLISTA"
                .to_owned(),
    })
}
