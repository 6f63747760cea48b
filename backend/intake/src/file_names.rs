//! The names of a dataset's files, as a column of records.

use crate::records::BATCH;
use datafusion::arrow::{
    array::{Array, ArrayRef, StringViewArray, UInt32Array},
    compute::take,
    error::ArrowError,
};
use std::{iter, sync::Arc};

/// The names of a dataset's files, by index.
pub(crate) struct FileNames {
    names: StringViewArray,
    /// The name of the only one, again and again: batches share it.
    only: Option<StringViewArray>,
}

impl FileNames {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let only = match &names[..] {
            [name] => Some(StringViewArray::from_iter_values(iter::repeat_n(name, BATCH))),
            _ => None,
        };
        Self { names: StringViewArray::from_iter_values(names), only }
    }

    pub(crate) fn name(&self, file: u32) -> String {
        let at = file as usize;
        if at < self.names.len() { self.names.value(at).to_owned() } else { String::new() }
    }

    /// The name of each record's file.
    pub(crate) fn of(&self, files: &UInt32Array) -> Result<ArrayRef, ArrowError> {
        match &self.only {
            Some(name) if files.len() <= BATCH => Ok(Arc::new(name.slice(0, files.len()))),
            _ => take(&self.names, files, None),
        }
    }
}
