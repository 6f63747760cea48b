//! Builds anew when the web pages have: they are part of the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../frontend/dist");
}
