//! Templates of records: what their messages say, with the variable parts masked as `<*>`. Masks, mining and matching are
//! `trainyard_templates`; here, they meet columns of records, on all cores: [`mine`] and [`mine_batches`] gather messages with
//! their times and examples, [`Masked`] and [`Tally`] mask each message once, for mining and for matching.

mod masked;

use crate::{Columns, IntakeError};
use datafusion::arrow::array::{Array, RecordBatch};
use rayon::prelude::*;

pub use masked::{Found, Masked, Tally};
pub use trainyard_templates::{
    Limits, Mask, Matcher, Miner, Scratch, Template, TemplateError, Templates, Words, aliases,
};

/// Mines the messages of records, on all cores.
///
/// # Errors
/// When a batch lacks a column.
pub fn mine(batches: &[RecordBatch]) -> Result<Templates, IntakeError> {
    let mut all = Miner::new();
    mine_batches(&mut all, batches)?;
    Ok(all.finish())
}

/// Takes the messages of records in, on all cores.
///
/// # Errors
/// When a batch lacks a column.
pub fn mine_batches(all: &mut Miner, batches: &[RecordBatch]) -> Result<(), IntakeError> {
    let miners: Vec<Miner> = batches.par_iter().map(mine_batch).collect::<Result<_, _>>()?;
    miners.into_iter().for_each(|miner| all.merge(miner));
    Ok(())
}

fn mine_batch(batch: &RecordBatch) -> Result<Miner, IntakeError> {
    let columns = Columns::of(batch)?;
    let mut miner = Miner::new();
    for row in 0..batch.num_rows() {
        let time = columns.timestamp.is_valid(row).then(|| columns.timestamp.value(row));
        miner.add(columns.message.value(row), time);
    }
    Ok(miner)
}
