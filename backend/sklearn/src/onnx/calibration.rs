//! From the responses of a classifier to calibrated probabilities.

use super::graph::{Builder, Element, Name, Setting};
use trainyard_learn::{
    Calibrator, Curves,
    calibration::{Isotonic, Sigmoid},
};

/// The probability of each class, n_samples × n_classes, of responses: n_samples × 1 of two classes, else × n_classes.
pub(super) fn probabilities(graph: &mut Builder, responses: &Name, calibrator: &Calibrator) -> Name {
    let raw = match &calibrator.curves {
        Curves::Sigmoid(curves) => sigmoids(graph, responses, curves),
        Curves::Isotonic(curves) => {
            let columns: Vec<Name> = curves
                .iter()
                .enumerate()
                .map(|(at, curve)| {
                    let response = column(graph, responses, at);
                    isotonic(graph, &response, curve)
                })
                .collect();
            concatenated(graph, &columns.iter().collect::<Vec<_>>())
        }
    };
    let one = graph.double(1.0);
    let classes = match &calibrator.curves {
        Curves::Sigmoid(curves) => curves.len(),
        Curves::Isotonic(curves) => curves.len(),
    };
    if classes == 1 {
        let first = graph.op("Sub", &[&one, &raw]);
        return concatenated(graph, &[&first, &raw]);
    }
    let sums = graph.sum(&raw, true);
    let (zero, uniform) = (graph.double(0.0), graph.double(1.0 / classes as f64));
    let nothing = graph.op("Equal", &[&sums, &zero]);
    let divisors = graph.op("Where", &[&nothing, &one, &sums]);
    let shares = graph.op("Div", &[&raw, &divisors]);
    graph.op("Where", &[&nothing, &uniform, &shares])
}

/// A column of a matrix, n_samples × 1.
pub(super) fn column(graph: &mut Builder, matrix: &Name, at: usize) -> Name {
    let at = graph.ints(&[1], &[at as i64]);
    graph.op_with("Gather", &[matrix, &at], vec![("axis", Setting::Int(1))])
}

fn concatenated(graph: &mut Builder, columns: &[&Name]) -> Name {
    graph.op_with("Concat", columns, vec![("axis", Setting::Int(1))])
}

fn sigmoids(graph: &mut Builder, responses: &Name, curves: &[Sigmoid]) -> Name {
    let slopes = graph.row(&curves.iter().map(|curve| -curve.a).collect::<Vec<_>>());
    let intercepts = graph.row(&curves.iter().map(|curve| -curve.b).collect::<Vec<_>>());
    let products = graph.op("Mul", &[responses, &slopes]);
    let odds = graph.op("Add", &[&products, &intercepts]);
    graph.op("Sigmoid", &[&odds])
}

/// The straight line of the piece that a response (n_samples × 1) is in.
fn isotonic(graph: &mut Builder, response: &Name, curve: &Isotonic) -> Name {
    let (x, y) = (&curve.x, &curve.y);
    let (Some(least), Some(most)) = (x.first(), x.last()) else { return response.clone() };
    let (least, most) = (graph.double(*least), graph.double(*most));
    let above = graph.op("Max", &[response, &least]);
    let clipped = graph.op("Min", &[&above, &most]);
    // A piece begins at each score but the last; of one score there is one piece, which is level.
    let pieces = (x.len() - 1).max(1);
    let slope = |at: usize| match x.get(at + 1) {
        Some(next) => (y[at + 1] - y[at]) / (next - x[at]),
        None => 0.0,
    };
    let slopes: Vec<f64> = (0..pieces).map(slope).collect();
    // The last piece that has begun; the first has.
    let begins = graph.row(&x[..pieces]);
    let begun = graph.op("GreaterOrEqual", &[&clipped, &begins]);
    let begun = graph.cast(&begun, Element::Int64);
    let begun = graph.sum(&begun, true);
    let one = graph.ints(&[1], &[1]);
    let piece = graph.op("Sub", &[&begun, &one]);
    let mut of_piece = |numbers: &[f64]| {
        let numbers = graph.doubles(&[numbers.len()], numbers);
        graph.op("Gather", &[&numbers, &piece])
    };
    let (from, height, slopes) = (of_piece(&x[..pieces]), of_piece(&y[..pieces]), of_piece(&slopes));
    let along = graph.op("Sub", &[&clipped, &from]);
    let risen = graph.op("Mul", &[&along, &slopes]);
    graph.op("Add", &[&risen, &height])
}
