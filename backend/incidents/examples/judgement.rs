//! Do staged incidents tell which detector finds the real ones? For each labelled set, every recipe is judged by both.
//! With `auto` as a second argument, only what a job chooses by itself is judged.
//! `cargo run --release -p trainyard-incidents --example judgement -- SETS.json`; `scripts/bench judgement` makes the sets.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use object_store::{ObjectStore, local::LocalFileSystem, path::Path as ObjectPath};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    error::Error,
    fs,
    path::Path,
    sync::Arc,
    time::Instant,
};
use trainyard_features::{FeatureMatrix, fit, reading, sampling, transform};
use trainyard_intake::{Batches, Columns, ReadOptions, Records, Source, read};
use trainyard_learn::{
    Draw, Recipe, SplitRows, TrainInput, auto,
    metrics::{Judged, point},
    parse_algorithm, partition, train,
};
use trainyard_types::{
    EvaluationSpecification, FeatureSetSpecification, FormatSpecification, LeaderboardRow,
    MissingSpecification, SampleSpecification, ScalerSpecification, Split, ThresholdPolicy,
    ThresholdSpecification,
};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What is tried: an algorithm and the scalers before it.
fn recipes() -> Fallible<Vec<(String, Recipe)>> {
    use ScalerSpecification::{Log1p, None, Robust, Standard};
    let tried = [
        (json!({"type": "isolation_forest"}), vec![None]),
        (json!({"type": "isolation_forest", "max_samples": 1.0}), vec![None]),
        (json!({"type": "nearest_normal"}), vec![None, Standard]),
        (json!({"type": "nearest_normal", "metric": "euclidean"}), vec![None, Standard]),
        (
            json!({"type": "nearest_normal", "metric": "euclidean", "n_neighbors": 10}),
            vec![None, Standard, Log1p],
        ),
        (
            json!({"type": "nearest_normal", "metric": "euclidean", "n_neighbors": 50}),
            vec![None, Standard, Robust, Log1p],
        ),
        (
            json!({"type": "nearest_normal", "metric": "manhattan", "n_neighbors": 100, "max_samples": 1000}),
            vec![None, Standard],
        ),
        (
            json!({"type": "nearest_normal", "metric": "manhattan", "n_neighbors": 50}),
            vec![None, Standard, Log1p],
        ),
        (json!({"type": "nearest_normal", "metric": "euclidean", "n_neighbors": 100}), vec![Standard, Log1p]),
        (json!({"type": "local_outlier_factor"}), vec![None, Standard]),
        (json!({"type": "local_outlier_factor", "n_neighbors": 200}), vec![None, Standard]),
        (json!({"type": "elliptic_envelope"}), vec![None]),
        (json!({"type": "pca"}), vec![Standard, Log1p]),
        (json!({"type": "one_class_svm", "nu": 0.1}), vec![Standard]),
    ];
    let mut recipes = Vec::new();
    for (algorithm, scalers) in tried {
        let parsed = parse_algorithm(&algorithm, "").map_err(|errors| errors[0].detail.clone())?;
        for scaler in scalers {
            let mut text = String::new();
            for (name, value) in algorithm.as_object().into_iter().flatten() {
                let value = value.as_str().map_or(value.to_string(), str::to_owned);
                text = if name == "type" { format!("{value} {text}") } else { format!("{text}{value} ") };
            }
            let scaled = serde_json::to_value(scaler)?["type"].as_str().unwrap_or_default().to_owned();
            let recipe = Recipe {
                missing: MissingSpecification::Refuse,
                scaler,
                algorithm: parsed.clone(),
                calibration: Option::None,
            };
            recipes.push((format!("{text}{scaled}"), recipe));
        }
    }
    Ok(recipes)
}

fn main() -> Fallible<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("SETS.json")?;
    let only_auto = arguments.next().is_some_and(|argument| argument == "auto");
    let sets: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
    let mut summary = Vec::new();
    for set in &sets {
        match judge(set, only_auto) {
            Ok(judged) => summary.push((set["untouched"] == true, judged)),
            Err(error) => println!("{}: {error}", set["name"]),
        }
    }
    println!("\n{:<24} {:>9} {:>8} {:>8} {:>8}  picked", "set", "Spearman", "best", "picked", "regret");
    for (_, (name, correlation, best, picked, text)) in &summary {
        println!("{name:<24} {correlation:>9.2} {best:>8.3} {picked:>8.3} {:>8.3}  {text}", best - picked);
    }
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    for (words, part) in [("mean, tuned on", false), ("mean, untouched", true)] {
        let rows = || summary.iter().filter(|row| row.0 == part).map(|row| &row.1);
        let correlation = mean(rows().map(|row| row.1).collect());
        let regret = mean(rows().map(|row| row.2 - row.3).collect());
        println!("{words:<24} {correlation:>9.2} {:>8} {:>8} {regret:>8.3}", "", "");
    }
    Ok(())
}

/// Spearman's correlation, the best real average precision, that of the recipe that is injected best, and its name.
fn judge(set: &Value, only_auto: bool) -> Fallible<(String, f64, f64, f64, String)> {
    let text = |name: &str| set[name].as_str().unwrap_or_default().to_owned();
    let specification: FeatureSetSpecification = serde_json::from_value(set["feature_set"].clone())?;
    let evaluation = EvaluationSpecification {
        split: if set["split"] == "shuffled" { Split::Shuffled } else { Split::Time },
        test_fraction: 0.5,
        bootstrap_resamples: 0,
        importance_repeats: 0,
        ..EvaluationSpecification::default()
    };
    let sampling = sampling(&specification).ok_or("no feature set")?;
    let records = records(Path::new(&text("log")), &sampling)?;
    let started = Instant::now();
    let draws = trainyard_incidents::draws(&records, &specification, evaluation)?;
    let staged = started.elapsed().as_secs_f64();
    let count = trainyard_features::sample_count(&records, &specification)?;
    let (training, test) =
        partition(count, None, None, evaluation.split, evaluation.test_fraction, evaluation.seed);
    let fitted = fit(&records, &specification, Some(&training))?;
    let matrix = transform(&records, &fitted, &|_| {})?;
    let truth = truth(set, &records, &sampling, &matrix)?;
    let anomalies = test.iter().filter(|row| truth[**row] == 1).count();
    println!(
        "\n{}: {count} samples x {}, {anomalies} of {} held out are anomalies; {} draws in {staged:.1} s: {:?}",
        text("name"),
        matrix.names.len(),
        test.len(),
        draws.len(),
        draws
            .iter()
            .map(|draw| (draw.incidents(&draw.rows.training), draw.incidents(&draw.rows.test)))
            .collect::<Vec<_>>(),
    );
    for draw in &draws {
        let count = |at: usize| {
            let of = |rows: &[usize]| rows.iter().filter(|row| draw.kinds[**row] == Some(at as u16)).count();
            (of(&draw.rows.training), of(&draw.rows.test))
        };
        let counts = draw.known.iter().enumerate().map(|(at, kind)| (kind.name, count(at)));
        println!("  {:?}", counts.filter(|(_, count)| count.0 + count.1 > 0).collect::<Vec<_>>());
    }
    let mut rows: Vec<(String, f64, f64)> = Vec::new();
    let known = auto::Known {
        training_rows: training.len(),
        columns: matrix.names.len(),
        labelled: false,
        anomalies: 0,
        one_unit: fitted.is_in_one_unit(),
        counts: trainyard_learn::statistics::are_counts(matrix.values.view()),
    };
    let candidates = auto::recipes(auto::AutoParameters::default(), known, MissingSpecification::Refuse);
    let rows_of = || SplitRows { training: training.clone(), test: test.clone() };
    let started = Instant::now();
    let first = candidates[0].clone();
    let (injected, real, own) = measure(&matrix, rows_of(), first, candidates, evaluation, &draws, &truth)?;
    println!(
        "  auto ({:.1} s) injected {injected:.3}  real {real:.3}  {own}",
        started.elapsed().as_secs_f64()
    );
    if only_auto {
        return Ok((text("name"), 1.0, real, real, "auto".to_owned()));
    }
    for (name, recipe) in recipes()? {
        if count > 20_000 && (name.starts_with("one_class") || name.starts_with("local")) {
            continue;
        }
        match measure(&matrix, rows_of(), recipe, Vec::new(), evaluation, &draws, &truth) {
            Ok((injected, real, kinds)) => {
                println!("  {name:<48} injected {injected:.3}  real {real:.3}  {kinds}");
                rows.push((name, injected, real));
            }
            Err(error) => println!("  {name:<48} {error}"),
        }
    }
    let correlation = spearman(&rows);
    let best = rows.iter().map(|row| row.2).fold(0.0, f64::max);
    let picked = rows.iter().max_by(|a, b| a.1.total_cmp(&b.1)).ok_or("no recipe could be fitted")?;
    Ok((text("name"), correlation, best, picked.2, picked.0.clone()))
}

fn measure(
    matrix: &FeatureMatrix,
    rows: SplitRows,
    recipe: Recipe,
    candidates: Vec<Recipe>,
    evaluation: EvaluationSpecification,
    draws: &[Draw],
    truth: &[u32],
) -> Fallible<(f64, f64, String)> {
    let test = rows.test.clone();
    let trained = train(
        TrainInput {
            samples: matrix.values.view(),
            feature_names: &matrix.names,
            feature_descriptions: &[],
            labels: None,
            groups: None,
            timestamps: Some(&matrix.timestamps),
            rows: Some(rows),
            recipe,
            threshold: ThresholdSpecification { policy: ThresholdPolicy::Gap, value: 0.1 },
            evaluation,
            search: None,
            search_state: None,
            draws: draws.to_vec(),
            candidates,
            choice_seconds: 300.0,
            memory_limit: None,
        },
        &(),
    )?;
    let injection = trained.evaluation.injection.ok_or("nothing was injected")?;
    let drawn: Vec<f64> =
        injection.draws.iter().filter_map(|draw| draw.get("average_precision").copied()).collect();
    let injected = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let kinds: Vec<String> =
        injection.kinds.iter().map(|kind| format!("{} {:.2}", kind.kind, kind.average_precision)).collect();
    let scores = trained.test_scores.ok_or("nothing was held out")?;
    let truth: Vec<u32> = test.iter().map(|row| truth[*row]).collect();
    let predicted: Vec<u32> =
        scores.iter().map(|score| u32::from(*score > trained.pipeline.threshold)).collect();
    let numbers = point(Judged {
        classes: &["normal".to_owned(), "anomaly".to_owned()],
        truth: &truth,
        predicted: &predicted,
        scores: scores.view().insert_axis(ndarray::Axis(1)),
        probabilities: false,
    });
    let real = numbers.average_precision.ok_or("the held-out samples are of one class")?;
    let tried = trained.leaderboard.map_or(String::new(), |board| {
        let row = |row: &LeaderboardRow| format!("[{:.3} {}]", row.mean.unwrap_or_default(), row.parameters);
        board.rows.iter().map(row).collect::<Vec<_>>().join(" ")
    });
    let own = format!(
        "P {:.2} R {:.2}  {} {tried}",
        numbers.precision.unwrap_or_default(),
        numbers.recall.unwrap_or_default(),
        kinds.join(" ")
    );
    Ok((injected, real, own))
}

fn records(path: &Path, sampling: &SampleSpecification) -> Fallible<Records> {
    let path = fs::canonicalize(path)?;
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new());
    let source = Source {
        name: path.file_name().ok_or("not a file")?.to_string_lossy().into_owned(),
        store,
        location: ObjectPath::from_filesystem_path(&path)?,
        size: fs::metadata(&path)?.len(),
    };
    let options = ReadOptions::new("2026-07-02T00:00:00Z".parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let format = reading(&FormatSpecification::default(), Some(sampling), None);
    Ok(runtime.block_on(read(vec![source], &format, &options, Arc::new(())))?)
}

/// 1 for the samples that are anomalies: those whose key a table says to be one, or that hold one of the lines.
fn truth(
    set: &Value,
    records: &Records,
    sampling: &SampleSpecification,
    matrix: &FeatureMatrix,
) -> Fallible<Vec<u32>> {
    if let Some(labels) = set["labels"].as_str() {
        let text = fs::read_to_string(labels)?;
        let known: HashMap<&str, bool> = text
            .lines()
            .filter_map(|line| line.split_once(','))
            .map(|(key, label)| (key, label.trim() == "Anomaly"))
            .collect();
        if !matrix.keys.is_empty() && !matches!(sampling, SampleSpecification::Window { .. }) {
            return Ok(matrix.keys.iter().map(|key| u32::from(known.get(&**key) == Some(&true))).collect());
        }
        return Err("labels are of sessions".into());
    }
    if let Some(column) = set["truth_column"].as_str() {
        let text = fs::read_to_string(set["log"].as_str().unwrap_or_default())?;
        let mut rows = text.lines().map(|row| row.split(','));
        let at = rows.next().and_then(|mut names| names.position(|name| name == column));
        let at = at.ok_or("no such column")?;
        return Ok(rows.map(|mut row| u32::from(row.nth(at) == Some("1"))).collect());
    }
    let lines: HashMap<String, Value> = serde_json::from_str(&fs::read_to_string(
        set["truth"].as_str().ok_or("neither `labels` nor `truth`")?,
    )?)?;
    let lines: HashSet<u64> = lines.keys().filter_map(|line| line.parse().ok()).collect();
    let Batches::InMemory(batches) = &records.batches else { return Err("too many records".into()) };
    let mut of_record = Vec::new();
    for batch in batches {
        of_record
            .extend(Columns::of(batch)?.line.values().iter().map(|line| u32::from(lines.contains(line))));
    }
    if matches!(sampling, SampleSpecification::Record {}) {
        return Ok(of_record);
    }
    let members = trainyard_features::members(batches, sampling)?;
    let any = |sample| members.records(sample).iter().map(|record| of_record[*record as usize]).max();
    Ok((0..members.len()).map(|sample| any(sample).unwrap_or(0)).collect())
}

/// Of the second and the third of each row.
fn spearman(rows: &[(String, f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let below = |value: f64| values.iter().filter(|other| **other < value).count() as f64;
        let equal = |value: f64| values.iter().filter(|other| **other == value).count() as f64;
        values.iter().map(|value| below(*value) + (equal(*value) - 1.0) / 2.0).collect()
    };
    let (a, b) =
        (ranks(rows.iter().map(|row| row.1).collect()), ranks(rows.iter().map(|row| row.2).collect()));
    let mean = (rows.len() as f64 - 1.0) / 2.0;
    let product: f64 = a.iter().zip(&b).map(|(a, b)| (a - mean) * (b - mean)).sum();
    let square = |values: &[f64]| values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    product / (square(&a) * square(&b)).sqrt().max(f64::EPSILON)
}
