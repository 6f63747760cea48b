//! What support vector machines share: kernels, and the solver of libsvm (Chang and Lin, 2011) as scikit-learn
//! builds it.

mod cache;
mod describe;
mod kernel;
mod machine;
mod parameters;
mod solver;

pub(crate) use describe::properties;
pub use kernel::{Kernel, KernelFunction};
pub(crate) use machine::Machine;
pub use parameters::{Gamma, GammaRule, SvmParameters};
pub(crate) use solver::{Problem, solve};

#[cfg(test)]
mod tests;
