//! The demonstration, served by the program itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A served demonstration; stopped when it is dropped.
pub struct Demo {
    child: Child,
    _folder: TempDir,
    pub base: String,
    /// Role, name and path of the sign-in link of everybody who has one.
    pub people: Vec<(String, String, String)>,
}

impl Demo {
    pub fn start() -> Self {
        let folder = crate::support::db::folder();
        let mut child = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("demo"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut demo = Self { child, _folder: folder, base: String::new(), people: Vec::new() };
        for line in said.lines() {
            let line = line.unwrap();
            if let Some((who, link)) = line.split_once("http").filter(|_| line.contains("/sign-in/")) {
                let (role, name) = who.trim().split_once("  ").expect("role and name");
                let path = link.find("/sign-in/").map(|at| link[at..].to_owned()).unwrap();
                demo.people.push((role.trim().to_owned(), name.trim().to_owned(), path));
            } else if let Some(base) = line.strip_prefix("listening on ") {
                base.clone_into(&mut demo.base);
                break;
            }
        }
        assert!(!demo.base.is_empty() && !demo.people.is_empty(), "the demonstration is not served");
        demo
    }

    /// The newest code for a signature that came by mail, waited for: the demonstration writes its mail into files.
    pub fn code(&self) -> String {
        let folder = self._folder.path().join("demo/mail");
        for _ in 0..600 {
            let mut files: Vec<_> =
                std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
            files.sort();
            let code = files.iter().rev().find_map(|path| {
                let text = std::fs::read_to_string(path).ok().filter(|text| text.contains("Your code to sign"))?;
                let digits = |line: &&str| line.len() == 8 && line.chars().all(|c| c.is_ascii_digit());
                text.lines().map(str::trim).find(digits).map(ToOwned::to_owned)
            });
            if let Some(code) = code {
                return code;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("no code came");
    }

    /// The sign-in link of somebody.
    pub fn link(&self, name: &str) -> &str {
        &self.people.iter().find(|person| person.1 == name).unwrap_or_else(|| panic!("no link for {name}")).2
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
