//! A graph under construction: operators are added one after the other, each result goes by a name.

use super::message::{self, Attribute, Dimension, Kind, Shape, Tensor, TensorKind, ValueInfo};
use ndarray::ArrayView2;

/// The types of elements, as ONNX numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Float = 1,
    Int64 = 7,
    Double = 11,
}

/// The name of a result.
#[derive(Clone, Debug)]
pub(super) struct Name(String);

/// What an operator is told beside its inputs.
pub(super) enum Setting {
    Int(i64),
    Ints(Vec<i64>),
    Floats(Vec<f32>),
    Text(&'static str),
    Texts(Vec<&'static str>),
    Doubles(Vec<f64>),
}

#[derive(Default)]
pub(super) struct Builder {
    graph: message::Graph,
}

impl Builder {
    /// The input of the whole: any number of rows × `columns`.
    pub(super) fn input(&mut self, name: &str, element: Element, columns: usize) -> Name {
        self.graph.input.push(value_info(name, element, &[None, Some(columns)]));
        Name(name.into())
    }

    /// Makes `value` an output of the whole, under another name.
    pub(super) fn output(&mut self, name: &str, element: Element, columns: Option<usize>, value: Name) {
        let shape = [None].into_iter().chain(columns.map(Some)).collect::<Vec<_>>();
        self.graph.output.push(value_info(name, element, &shape));
        self.graph.node.push(message::Node {
            input: vec![value.0],
            output: vec![name.into()],
            name: name.into(),
            op_type: "Identity".into(),
            ..Default::default()
        });
    }

    pub(super) fn finish(mut self, name: &str, description: &str) -> message::Graph {
        self.graph.name = name.into();
        self.graph.doc_string = description.into();
        self.graph
    }

    /// An operator with one result.
    pub(super) fn op(&mut self, operator: &'static str, inputs: &[&Name]) -> Name {
        self.op_with(operator, inputs, vec![])
    }

    pub(super) fn op_with(
        &mut self,
        operator: &'static str,
        inputs: &[&Name],
        settings: Vec<(&'static str, Setting)>,
    ) -> Name {
        self.node("", operator, inputs, settings, 1).swap_remove(0)
    }

    /// An operator of the machine learning domain, with one result.
    pub(super) fn learned(
        &mut self,
        operator: &'static str,
        input: &Name,
        settings: Vec<(&'static str, Setting)>,
    ) -> Name {
        self.node("ai.onnx.ml", operator, &[input], settings, 1).swap_remove(0)
    }

    /// The `count` smallest of each row, ascending, and their columns.
    pub(super) fn smallest(&mut self, values: &Name, count: usize) -> (Name, Name) {
        let count = self.ints(&[1], &[count as i64]);
        let mut both = self.node(
            "",
            "TopK",
            &[values, &count],
            vec![("axis", Setting::Int(-1)), ("largest", Setting::Int(0))],
            2,
        );
        (both.swap_remove(0), both.swap_remove(0))
    }

    fn node(
        &mut self,
        domain: &str,
        operator: &str,
        inputs: &[&Name],
        settings: Vec<(&'static str, Setting)>,
        results: usize,
    ) -> Vec<Name> {
        let number = self.graph.node.len();
        let output: Vec<String> =
            (0..results).map(|result| format!("{operator}_{number}_{result}")).collect();
        self.graph.node.push(message::Node {
            input: inputs.iter().map(|name| name.0.clone()).collect(),
            output: output.clone(),
            name: format!("{operator}_{number}"),
            op_type: operator.into(),
            attribute: settings.into_iter().map(|(name, setting)| attribute(name, setting)).collect(),
            domain: domain.into(),
        });
        output.into_iter().map(Name).collect()
    }

    pub(super) fn cast(&mut self, value: &Name, to: Element) -> Name {
        self.op_with("Cast", &[value], vec![("to", Setting::Int(to as i64))])
    }

    /// The sum over the last axis, which is kept with length 1 or dropped.
    pub(super) fn sum(&mut self, value: &Name, keep: bool) -> Name {
        let axes = self.ints(&[1], &[-1]);
        self.op_with("ReduceSum", &[value, &axes], vec![("keepdims", Setting::Int(keep.into()))])
    }

    pub(super) fn unsqueeze(&mut self, value: &Name, axis: i64) -> Name {
        let axes = self.ints(&[1], &[axis]);
        self.op("Unsqueeze", &[value, &axes])
    }

    pub(super) fn double(&mut self, number: f64) -> Name {
        self.doubles(&[], &[number])
    }

    pub(super) fn doubles(&mut self, shape: &[usize], numbers: &[f64]) -> Name {
        let data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(shape, Element::Double, data)
    }

    /// A row that is added to, or multiplied with, each row of a matrix.
    pub(super) fn row(&mut self, numbers: &[f64]) -> Name {
        self.doubles(&[1, numbers.len()], numbers)
    }

    pub(super) fn matrix(&mut self, matrix: ArrayView2<'_, f64>) -> Name {
        self.doubles(matrix.shape(), &matrix.iter().copied().collect::<Vec<_>>())
    }

    pub(super) fn ints(&mut self, shape: &[usize], numbers: &[i64]) -> Name {
        let data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(shape, Element::Int64, data)
    }

    fn constant(&mut self, shape: &[usize], element: Element, raw_data: Vec<u8>) -> Name {
        let name = format!("constant_{}", self.graph.initializer.len());
        self.graph.initializer.push(tensor(name.clone(), shape, element, raw_data));
        Name(name)
    }
}

fn tensor(name: String, shape: &[usize], element: Element, raw_data: Vec<u8>) -> Tensor {
    let dims = shape.iter().map(|length| *length as i64).collect();
    Tensor { dims, data_type: element as i32, name, raw_data }
}

fn value_info(name: &str, element: Element, shape: &[Option<usize>]) -> ValueInfo {
    let dim = shape.iter().map(|length| match length {
        Some(length) => Dimension { value: Some(*length as i64), name: None },
        None => Dimension { value: None, name: Some("n_samples".into()) },
    });
    let tensor = TensorKind { element: element as i32, shape: Some(Shape { dim: dim.collect() }) };
    ValueInfo { name: name.into(), kind: Some(Kind { tensor: Some(tensor) }) }
}

/// `kind` numbers the types of attributes as ONNX does.
fn attribute(name: &'static str, setting: Setting) -> Attribute {
    let empty = Attribute { name: name.into(), ..Default::default() };
    match setting {
        Setting::Int(i) => Attribute { i, kind: 2, ..empty },
        Setting::Text(text) => Attribute { s: text.into(), kind: 3, ..empty },
        Setting::Doubles(numbers) => {
            let data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            let tensor = tensor(name.into(), &[numbers.len()], Element::Double, data);
            Attribute { t: Some(tensor), kind: 4, ..empty }
        }
        Setting::Floats(floats) => Attribute { floats, kind: 6, ..empty },
        Setting::Ints(ints) => Attribute { ints, kind: 7, ..empty },
        Setting::Texts(texts) => {
            Attribute { strings: texts.into_iter().map(|text| text.into()).collect(), kind: 8, ..empty }
        }
    }
}
