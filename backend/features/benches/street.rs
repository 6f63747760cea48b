//! Reading, parsing and features of real and generated logs: seconds, and the peak memory of a process that does
//! nothing else. `cargo bench -p trainyard-features --bench street -- FILE…` takes other files.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use object_store::{ObjectStore, local::LocalFileSystem, path::Path as ObjectPath};
use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};
use trainyard_features::{fit, transform};
use trainyard_intake::{ReadOptions, Source, read};
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

const MEASURE: &str = "--measure";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, file] = &arguments[..]
        && flag == MEASURE
    {
        return measure(Path::new(file));
    }
    let files =
        if arguments.is_empty() { prepare()? } else { arguments.into_iter().map(PathBuf::from).collect() };
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "file", "records", "intake s", "features s", "total s", "peak MB"
    );
    for file in files {
        // A process of its own, so that the peak is this file's.
        let status = Command::new(std::env::current_exe()?).arg(MEASURE).arg(file).status()?;
        if !status.success() {
            return Err("a measurement failed".into());
        }
    }
    Ok(())
}

/// The first 100,000 lines of the HDFS logs and generated exports of three sizes, in the temporary folder.
fn prepare() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::temp_dir().join("trainyard-street");
    fs::create_dir_all(&folder)?;
    let hdfs = folder.join("hdfs-100k.log");
    if !hdfs.exists() {
        let mut unpacked = Command::new("gzip")
            .arg("-dc")
            .arg(shared.join("data/hdfs_2pct/HDFS_2pct.log.gz"))
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = BufReader::new(unpacked.stdout.take().ok_or("no output")?);
        let mut out = Vec::new();
        for line in lines.split(b'\n').take(100_000) {
            out.write_all(&line?)?;
            out.push(b'\n');
        }
        unpacked.kill()?;
        unpacked.wait()?;
        fs::write(&hdfs, out)?;
    }
    let mut files = vec![hdfs];
    for records in [8_000, 80_000, 800_000] {
        let file = folder.join(format!("export-{records}.json"));
        if !file.exists() {
            let script = shared.join("reference/gen_export.py");
            Command::new("python3").arg(script).arg(records.to_string()).arg(&file).status()?;
        }
        files.push(file);
    }
    Ok(files)
}

fn measure(file: &Path) -> Result<(), Box<dyn Error>> {
    let path = fs::canonicalize(file)?;
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new());
    let name = path.file_name().ok_or("not a file")?.to_string_lossy().into_owned();
    let source = Source {
        name: name.clone(),
        store,
        location: ObjectPath::from_filesystem_path(&path)?,
        size: fs::metadata(&path)?.len(),
    };
    let options = ReadOptions::new("2025-07-02T00:00:00Z".parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let start = Instant::now();
    let records =
        runtime.block_on(read(vec![source], &FormatSpecification::default(), &options, Arc::new(())))?;
    let intake = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let set = fit(&records, &FeatureSetSpecification::default(), None)?;
    let matrix = transform(&records, &set, &|_| ())?;
    let features = start.elapsed().as_secs_f64();
    println!(
        "{name:<24} {:>9} {intake:>9.3} {features:>9.3} {:>9.3} {:>9.0}",
        matrix.values.nrows(),
        intake + features,
        peak_memory_mb()?
    );
    Ok(())
}

fn peak_memory_mb() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
}
