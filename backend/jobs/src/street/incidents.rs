//! Incidents staged in the records of a job, by which is judged what nobody labelled.

use crate::{protocol::LogLevel, task::Reporter};
use trainyard_intake::Records;
use trainyard_learn::Draw;
use trainyard_types::{EvaluationSpecification, FeatureSetSpecification};

/// Draws of incidents, each with features that are fitted to its own training part. None where records are too few or
/// have no course of events; a failure is told, and judging goes on without.
pub(super) fn draws(
    records: &Records,
    asked: &FeatureSetSpecification,
    evaluation: EvaluationSpecification,
    reporter: &Reporter,
) -> Vec<Draw> {
    trainyard_incidents::draws(records, asked, evaluation).unwrap_or_else(|error| {
        reporter.log(LogLevel::Warning, format!("no incidents could be staged in the records: {error}"));
        Vec::new()
    })
}
