//! What a pickle can hold.

use ndarray::ArrayView2;

/// A Python object to be written.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Dict(Vec<(&'static str, Value)>),
    /// An instance made without calling its constructor, then given its state.
    Object {
        module: &'static str,
        class: &'static str,
        state: Vec<(&'static str, Value)>,
    },
    /// What `function(*arguments)` returns, then given its state if there is one.
    Call {
        module: &'static str,
        function: &'static str,
        arguments: Vec<Value>,
        state: Option<Vec<(&'static str, Value)>>,
    },
    Array(Array),
}

impl Value {
    /// A `numpy.float64`, by the name that numpy 1 and 2 share.
    pub fn float64(number: f64) -> Self {
        Self::Call { module: "numpy", function: "float64", arguments: vec![Self::Float(number)], state: None }
    }

    /// A one-dimensional array of 64-bit floats.
    pub fn floats(numbers: &[f64]) -> Self {
        let data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Self::Array(Array { dtype: Dtype::Float64, shape: vec![numbers.len()], data })
    }

    /// A two-dimensional array of 64-bit floats, in C order.
    pub fn matrix(matrix: ArrayView2<'_, f64>) -> Self {
        let data = matrix.iter().flat_map(|number| number.to_le_bytes()).collect();
        Self::Array(Array { dtype: Dtype::Float64, shape: matrix.shape().to_vec(), data })
    }

    /// A one-dimensional array of 32-bit integers.
    pub fn ints32(numbers: impl IntoIterator<Item = i32>) -> Self {
        let data: Vec<u8> = numbers.into_iter().flat_map(i32::to_le_bytes).collect();
        Self::Array(Array { dtype: Dtype::Int32, shape: vec![data.len() / 4], data })
    }

    /// A `numpy.int64`, by the name that numpy 1 and 2 share.
    pub fn int64(number: i64) -> Self {
        Self::Call { module: "numpy", function: "int64", arguments: vec![Self::Int(number)], state: None }
    }

    /// A one-dimensional array of 64-bit integers.
    pub fn ints(numbers: impl IntoIterator<Item = i64>) -> Self {
        let data: Vec<u8> = numbers.into_iter().flat_map(i64::to_le_bytes).collect();
        Self::Array(Array { dtype: Dtype::Int64, shape: vec![data.len() / 8], data })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<usize> for Value {
    /// Sizes of arrays, which fit.
    fn from(number: usize) -> Self {
        Self::Int(number as i64)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

/// A numpy array in C order, little-endian.
#[derive(Clone, Debug)]
pub struct Array {
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// As many bytes as the shape and the dtype make.
    pub data: Vec<u8>,
}

/// The type of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    Float64,
    Float32,
    Int64,
    Int32,
    UInt32,
    UInt8,
    /// One byte, 0 or 1.
    Bool,
    /// scikit-learn's record of a tree node (`NODE_DTYPE` in `sklearn/tree/_tree.pyx`).
    Node,
}

impl Dtype {
    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Self::Float64 | Self::Int64 => 8,
            Self::Float32 | Self::Int32 | Self::UInt32 => 4,
            Self::UInt8 | Self::Bool => 1,
            Self::Node => 64,
        }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Float64 => "f8",
            Self::Float32 => "f4",
            Self::Int64 => "i8",
            Self::Int32 => "i4",
            Self::UInt32 => "u4",
            Self::UInt8 => "u1",
            Self::Bool => "b1",
            Self::Node => "V64",
        }
    }

    pub(super) fn byte_order(self) -> &'static str {
        match self {
            Self::Float64 | Self::Float32 | Self::Int64 | Self::Int32 | Self::UInt32 => "<",
            Self::UInt8 | Self::Bool | Self::Node => "|",
        }
    }

    /// Name, type and offset of each field of a record.
    pub(super) fn fields(self) -> Option<&'static [(&'static str, Dtype, i64)]> {
        match self {
            Self::Node => Some(&[
                ("left_child", Self::Int64, 0),
                ("right_child", Self::Int64, 8),
                ("feature", Self::Int64, 16),
                ("threshold", Self::Float64, 24),
                ("impurity", Self::Float64, 32),
                ("n_node_samples", Self::Int64, 40),
                ("weighted_n_node_samples", Self::Float64, 48),
                ("missing_go_to_left", Self::UInt8, 56),
            ]),
            _ => None,
        }
    }
}
