"""The street end to end: from an upload to a downloaded package."""

import gzip
import itertools
import statistics
import subprocess
import sys
import time
from pathlib import Path

from . import Bench
from .report import BINARY, SHARED, missing, table

HDFS_LINES = 100_000
EXPORT_RECORDS = (8_000, 80_000, 800_000)
# What the reference service takes for a job over the smallest of these exports.
REFERENCE_SECONDS = 25.0
RUNS = 5


def hdfs_file(folder: Path) -> Path | None:
    source = SHARED / "data/hdfs_2pct/HDFS_2pct.log.gz"
    if not source.exists():
        return None
    file = folder / "hdfs-100k.log"
    with gzip.open(source) as lines, file.open("wb") as output:
        output.writelines(itertools.islice(lines, HDFS_LINES))
    return file


def hdfs(bench: Bench) -> None:
    title = "HDFS lines to a completed job (goal: under 8 s, under 600 MB)"
    file = hdfs_file(bench.folder)
    if not file:
        return missing(title, f"{SHARED}/data/hdfs_2pct is not there")
    job = bench.service.walk(file)
    peak = job["statistics"]["peak_memory_bytes"]
    row = [f"{HDFS_LINES:,}", f"{job['wall_seconds']:.2f}", f"{job['job_seconds']:.2f}", f"{peak / 1e6:.0f}"]
    stages = [f"{stage['stage']} {stage['seconds']:.2f}" for stage in job["statistics"]["stage_seconds"]]
    table(title, ["records", "upload to completed s", "job s", "job's peak MB"], [row])
    print("  stages in s: " + ", ".join(stages))


def export(bench: Bench) -> None:
    title = (
        f"Synthetic exports (goal: 8,000 in a fiftieth of the reference service's {REFERENCE_SECONDS:.0f} s)"
    )
    generator = SHARED / "reference/gen_export.py"
    if not generator.exists():
        return missing(title, f"{generator} is not there")
    rows = []
    for records in EXPORT_RECORDS:
        file = bench.folder / f"export-{records}.json"
        subprocess.run([sys.executable, generator, str(records), file], check=True)
        job = bench.service.walk(file)
        file.unlink()
        seconds = job["job_seconds"]
        ratio = f"{REFERENCE_SECONDS / seconds:.0f} x" if records == EXPORT_RECORDS[0] else ""
        peak = job["statistics"]["peak_memory_bytes"]
        rows.append(
            [f"{records:,}", f"{job['wall_seconds']:.2f}", f"{seconds:.2f}", f"{records / seconds:,.0f}"]
            + [f"{1e6 * seconds / records:.1f}", f"{peak / 1e6:.0f}", ratio]
        )
    columns = [
        "records",
        "upload to completed s",
        "job s",
        "records/s",
        "us/record",
        "job's peak MB",
        "faster",
    ]
    table(title, columns, rows)


def deploy(bench: Bench) -> None:
    logs = bench.folder / "example.log"
    subprocess.run([BINARY, "example-logs", "--records", "8000", "--output", logs], check=True)
    model = bench.service.walk(logs)["model_id"]
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        bench.service.request("POST", f"/models/{model}/deploy")
        package = bench.service.request("GET", f"/models/{model}/package")
        times.append(1e3 * (time.perf_counter() - began))
        bench.service.request("POST", f"/models/{model}/undeploy")
    row = [
        "100",
        f"{len(package):,}",
        f"{statistics.median(times):.0f}",
        f"{min(times):.0f}",
        f"{max(times):.0f}",
    ]
    title = f"Deploy to downloaded package, {RUNS} runs (goal: under 300 ms)"
    table(title, ["trees", "ZIP bytes", "median ms", "fastest", "slowest"], [row])


def start(bench: Bench) -> None:
    after_work = bench.service.resident_bytes()
    times = []
    for _ in range(RUNS):
        bench.service.stop()
        times.append(bench.service.start())
    idle = bench.service.resident_bytes()
    row = [
        f"{statistics.median(times):.2f}",
        f"{max(times):.2f}",
        f"{idle / 1e6:.0f}",
        f"{after_work / 1e6:.0f}",
    ]
    columns = ["median s to ready", "slowest s", "idle MB", "MB after the work above"]
    table(f"A later start, {RUNS} runs (goal: under 2 s, idle under 100 MB)", columns, [row])


PARTS = {"hdfs": hdfs, "export": export, "deploy": deploy, "start": start}
