//! What is generated and committed is what the code says.

use std::path::Path;

#[test]
fn generated_files_are_those_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let differences = dawr::generate::drift(root);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
