//! Reads messages from standard input, each closed by a zero byte, and writes them masked in the same way: to hold other
//! implementations against this one.

use std::io::{self, BufRead, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for message in io::stdin().lock().split(0) {
        let mut masked = String::new();
        trainyard_templates::mask(&String::from_utf8(message?)?, &mut masked);
        out.write_all(masked.as_bytes())?;
        out.write_all(&[0])?;
    }
    Ok(())
}
