//! The proof that an applicant keeps, checked by a program that shares nothing with the service.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{ANN, answer, open, ready, says, submit};
use crate::support::{Reply, TestWorld};

fn verify(folder: &std::path::Path, proof: &[u8], application: &[u8]) -> (bool, String) {
    let (first, second) = (folder.join("proof.json"), folder.join("application.json"));
    fs::write(&first, proof).unwrap();
    fs::write(&second, application).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_proof.py");
    let output =
        Command::new("python3").args([script.as_ref(), first.as_os_str(), second.as_os_str()]).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn is_file(reply: &Reply, part: &str) {
    let disposition = reply.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment") && disposition.contains(part), "{disposition}");
}

on_both! {
    /// What was received is recomputed from the files alone, and one changed character is found.
    fn a_second_program_checks_the_proof(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        answer(&ann, &reference, "Ŵyl \"quoted\" \\ [TBC] 🎉").expect_status(303);
        submit(&ann, &reference);
        let home = format!("/applications/{reference}");
        says(&open(&ann, &format!("{home}/proof")), &["No signed checkpoint covers the record yet"]);
        let file = world.checkpoint();
        says(&open(&ann, &format!("{home}/proof")), &[&file]);
        let proof = ann.get(&format!("{home}/proof/record")).expect_status(200);
        let application = ann.get(&format!("{home}/proof/application")).expect_status(200);
        is_file(&proof, "proof 1.json");
        is_file(&application, "application 1.json");
        let (fits, told) = verify(world.folder(), &proof.bytes, &application.bytes);
        assert!(fits && told.contains("covers it") && told.contains(&reference), "{told}");

        // Every stored answer and file is in what was received.
        let content: Value = serde_json::from_slice(&application.bytes).unwrap();
        for (code, value) in world
            .raw()
            .texts("SELECT question AS value FROM answers ORDER BY id")
            .into_iter()
            .zip(world.raw().texts("SELECT value AS value FROM answers ORDER BY id"))
        {
            let line = content["answers"].as_array().unwrap().iter().find(|line| line["code"] == code.as_str()).unwrap();
            assert_eq!(line["answer"], serde_json::from_str::<Value>(&value).unwrap(), "{code}");
        }
        let hashes: Vec<&str> =
            content["documents"].as_array().unwrap().iter().map(|file| file["sha256"].as_str().unwrap()).collect();
        assert_eq!(hashes, world.raw().texts("SELECT sha256 AS value FROM documents ORDER BY id"));
        assert_eq!(content["declaration"]["name"], "Ann Applicant");

        let changed = application.text().replace("quoted", "quotes");
        let (fits, told) = verify(world.folder(), &proof.bytes, changed.as_bytes());
        assert!(!fits && told.contains("not what was received"), "{told}");
        let other = proof.text().replacen("application_submitted", "application_submitteD", 1);
        assert!(!verify(world.folder(), other.as_bytes(), &application.bytes).0);
    }

    fn there_is_no_proof_of_a_draft(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        for path in ["/proof", "/proof/record", "/proof/application", "/proof?submission=1", "/proof?submission=-1"] {
            ann.get(&format!("/applications/{reference}{path}")).expect_status(404);
        }
    }
}
