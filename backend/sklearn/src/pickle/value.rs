//! What a pickle can hold.

use ndarray::ArrayView2;
use std::sync::Arc;

/// A Python object to be written.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt(u128),
    Float(f64),
    Text(String),
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Dict(Vec<(&'static str, Value)>),
    /// A dictionary with keys of any kind.
    Map(Vec<(Value, Value)>),
    /// A class or a function itself.
    Global {
        module: &'static str,
        name: &'static str,
    },
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
    /// A value that is then given a state that is no dictionary.
    WithState {
        value: Box<Value>,
        state: Box<Value>,
    },
    Array(Array),
    /// A one-dimensional numpy array of any objects.
    Objects(Vec<Value>),
    Dtype(Dtype),
    /// One object that stands in several places: clones of the same `Arc` are the same object in Python.
    Shared(Arc<Value>),
}

impl Value {
    /// An object that may stand in several places.
    pub fn shared(self) -> Self {
        Self::Shared(Arc::new(self))
    }

    /// A numpy scalar of the type `name`, by the name that numpy 1 and 2 share.
    pub fn scalar(name: &'static str, number: Value) -> Self {
        Self::Call { module: "numpy", function: name, arguments: vec![number], state: None }
    }

    /// A `numpy.float64`, by the name that numpy 1 and 2 share.
    pub fn float64(number: f64) -> Self {
        Self::scalar("float64", Self::Float(number))
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
        Self::scalar("int64", Self::Int(number))
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
    /// Any object.
    Object,
    /// scikit-learn's record of a tree node (`NODE_DTYPE` in `sklearn/tree/_tree.pyx`).
    Node,
    /// scikit-learn's record of a node of a boosted tree, without gaps (`PREDICTOR_RECORD_DTYPE` in
    /// `sklearn/ensemble/_hist_gradient_boosting/common.pyx`).
    BoostedNode,
}

impl Dtype {
    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Self::Float64 | Self::Int64 | Self::Object => 8,
            Self::Float32 | Self::Int32 | Self::UInt32 => 4,
            Self::UInt8 | Self::Bool => 1,
            Self::Node => 64,
            Self::BoostedNode => 56,
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
            Self::Object => "O8",
            Self::Node => "V64",
            Self::BoostedNode => "V56",
        }
    }

    pub(super) fn byte_order(self) -> &'static str {
        match self {
            Self::Float64 | Self::Float32 | Self::Int64 | Self::Int32 | Self::UInt32 => "<",
            Self::UInt8 | Self::Bool | Self::Object | Self::Node | Self::BoostedNode => "|",
        }
    }

    /// numpy's flags of a type without fields: objects are counted, listed, and set and got as such.
    pub(super) fn flags(self) -> i64 {
        if self == Self::Object { 63 } else { 0 }
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
            Self::BoostedNode => Some(&[
                ("value", Self::Float64, 0),
                ("count", Self::UInt32, 8),
                ("feature_idx", Self::Int64, 12),
                ("num_threshold", Self::Float64, 20),
                ("missing_go_to_left", Self::UInt8, 28),
                ("left", Self::UInt32, 29),
                ("right", Self::UInt32, 33),
                ("gain", Self::Float64, 37),
                ("depth", Self::UInt32, 45),
                ("is_leaf", Self::UInt8, 49),
                ("bin_threshold", Self::UInt8, 50),
                ("is_categorical", Self::UInt8, 51),
                ("bitset_idx", Self::UInt32, 52),
            ]),
            _ => None,
        }
    }
}
