//! What `strace` wrote, as the calls that matter to the disk and to the people at the other end.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// A system call that had its effect, in order.
#[derive(Debug, Clone)]
pub enum Call {
    /// A file was opened, and made if it was not there.
    Open { path: String, create: bool, truncate: bool },
    /// Bytes were written at a place of a file.
    Write { path: String, offset: u64, bytes: Vec<u8> },
    /// A file was cut or made longer.
    Truncate { path: String, length: u64 },
    /// A file or folder is named otherwise.
    Rename { from: String, to: String },
    /// A name is gone.
    Unlink { path: String },
    /// What was written before the call began is safe, from `began` calls of this list on.
    Sync { path: String, began: usize },
    /// Bytes left through a socket.
    Sent(Vec<u8>),
}

/// Calls of which the model knows nothing; one of them on the data folder would make the test blind.
const UNKNOWN: &str =
    "pwritev,pwritev2,copy_file_range,sendfile,splice,fallocate,msync,sync_file_range,link,symlink,linkat";
const KNOWN: &str = "openat,write,writev,pwrite64,ftruncate,rename,renameat,renameat2,unlink,unlinkat,fsync,\
                     fdatasync,sendto,sendmsg";

/// The tracer and its arguments, writing to `log`. It is a grandchild, so that killing the child kills the program itself.
pub fn command(log: &str) -> Vec<String> {
    let calls = format!("trace={KNOWN},{UNKNOWN}");
    ["strace", "-D", "-f", "-y", "-xx", "--seccomp-bpf", "-s", "2000000", "-o", log, "-e", &calls]
        .map(str::to_owned)
        .to_vec()
}

/// Waits until the tracer has written the program's end.
fn finished(log: &Path) -> Vec<u8> {
    for _ in 0..600 {
        let text = fs::read(log).expect("the tracer wrote a log");
        let tail = &text[text.len().saturating_sub(200)..];
        if String::from_utf8_lossy(tail).trim_end().ends_with("+++ killed by SIGKILL +++") {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the tracer did not come to an end");
}

/// The moments (places in the list) at which the answer to a submission left, with its reference.
pub fn acknowledgements(calls: &[Call]) -> Vec<(usize, String)> {
    calls
        .iter()
        .enumerate()
        .filter_map(|(place, call)| match call {
            Call::Sent(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let (_, rest) = text.split_once("ocation: /applications/")?;
                let (reference, rest) = rest.split_once('/')?;
                rest.starts_with("receipt").then(|| (place, reference.to_owned()))
            }
            _ => None,
        })
        .collect()
}

/// Reads a log; paths are told from the data folder on, and calls elsewhere are left out.
pub fn read(log: &Path, folder: &Path) -> Vec<Call> {
    let text = finished(log);
    let mut reader = Reader {
        folder: folder.canonicalize().expect("the folder is there").to_str().unwrap().to_owned(),
        calls: Vec::new(),
        offsets: HashMap::new(),
    };
    // A call that another thread's line cuts in two: what came before "<unfinished ...>", by process.
    let mut unfinished: HashMap<&str, (String, usize)> = HashMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(line).expect("everything is escaped");
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(process, (start.to_owned(), reader.calls.len()));
        } else if let Some(end) = rest.strip_prefix("<... ") {
            let Some((start, began)) = unfinished.remove(process) else { continue };
            let (_, end) = end.split_once(" resumed>").expect("a resumed call");
            reader.line(&format!("{start}{end}"), began);
        } else {
            let began = reader.calls.len();
            reader.line(rest, began);
        }
    }
    reader.calls
}

struct Reader {
    folder: String,
    calls: Vec<Call>,
    /// Where the next plain `write` of a descriptor goes.
    offsets: HashMap<String, u64>,
}

impl Reader {
    fn line(&mut self, line: &str, began: usize) {
        let Some((name, rest)) = line.split_once('(') else { return };
        // "exit_group", signals and calls that failed have no effect.
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { return };
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        let arguments = arguments.trim_end().strip_suffix(')').unwrap_or(arguments);
        match name {
            "openat" => self.open(arguments, result),
            "write" | "pwrite64" => self.write(name, arguments, result),
            "sendto" | "sendmsg" | "writev" => self.send(name, arguments),
            "ftruncate" => {
                if let Some(path) = self.described(arguments) {
                    let length = arguments.rsplit(", ").next().unwrap().parse().expect("a length");
                    self.calls.push(Call::Truncate { path, length });
                }
            }
            "fsync" | "fdatasync" => {
                if let Some(path) = self.described(arguments) {
                    self.calls.push(Call::Sync { path, began });
                }
            }
            "rename" | "renameat" | "renameat2" => {
                let names: Vec<String> = strings(arguments).iter().filter_map(|bytes| self.named(bytes)).collect();
                if let [from, to] = names.as_slice() {
                    self.calls.push(Call::Rename { from: from.clone(), to: to.clone() });
                }
            }
            "unlink" | "unlinkat" => {
                if let Some(path) = strings(arguments).first().and_then(|bytes| self.named(bytes)) {
                    self.calls.push(Call::Unlink { path });
                }
            }
            other => assert!(
                self.described(arguments).is_none(),
                "{other} writes to the data folder, and the model of the disk does not know it"
            ),
        }
    }

    fn open(&mut self, arguments: &str, result: &str) {
        let Some(path) = strings(arguments).first().and_then(|bytes| self.named(bytes)) else { return };
        let descriptor: String = result.chars().take_while(char::is_ascii_digit).collect();
        assert!(!arguments.contains("O_APPEND"), "the model does not know files that are appended to");
        self.offsets.insert(descriptor, 0);
        let (create, truncate) = (arguments.contains("O_CREAT"), arguments.contains("O_TRUNC"));
        self.calls.push(Call::Open { path, create, truncate });
    }

    fn write(&mut self, name: &str, arguments: &str, result: &str) {
        let Some(path) = self.described(arguments) else {
            return self.send(name, arguments);
        };
        let descriptor: String = arguments.chars().take_while(char::is_ascii_digit).collect();
        let written: usize = result.split(' ').next().unwrap().parse().expect("a number of bytes");
        let mut bytes = strings(arguments).swap_remove(0);
        bytes.truncate(written);
        let offset = if name == "pwrite64" {
            arguments.rsplit(", ").next().unwrap().parse().expect("an offset")
        } else {
            let next = self.offsets.entry(descriptor).or_default();
            let here = *next;
            *next += u64::try_from(written).unwrap();
            here
        };
        self.calls.push(Call::Write { path, offset, bytes });
    }

    fn send(&mut self, name: &str, arguments: &str) {
        assert!(
            name != "writev" || self.described(arguments).is_none(),
            "writev writes to the data folder, and the model of the disk does not know it"
        );
        let to_socket = arguments
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .is_some_and(|(path, _)| unescape(path).starts_with(b"socket:"));
        if to_socket {
            self.calls.push(Call::Sent(strings(arguments).concat()));
        }
    }

    /// The path behind a call's first argument, `12</data/folder/file>`, when it is in the data folder.
    fn described(&self, arguments: &str) -> Option<String> {
        let (_, rest) = arguments.split_once('<')?;
        let (path, _) = rest.split_once('>')?;
        self.named(&unescape(path))
    }

    fn named(&self, path: &[u8]) -> Option<String> {
        let path = String::from_utf8_lossy(path);
        let path = path.strip_prefix(&self.folder)?;
        let path = path.strip_prefix('/').unwrap_or(path);
        // Shared memory is rebuilt at every start; no disk keeps it.
        (!path.ends_with("-shm")).then(|| path.trim_end_matches(" (deleted)").to_owned())
    }
}

/// Every quoted string of some arguments, as bytes.
fn strings(arguments: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = arguments;
    while let Some((_, tail)) = rest.split_once('"') {
        let Some((text, tail)) = tail.split_once('"') else { break };
        assert!(!tail.starts_with("..."), "the tracer cut a string short");
        found.push(unescape(text));
        rest = tail;
    }
    found
}

/// `\x2f` and the like; whatever is not escaped stands for itself.
fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len() / 4);
    let mut place = 0;
    while place < bytes.len() {
        if bytes[place] == b'\\' && bytes.get(place + 1) == Some(&b'x') {
            plain.push(u8::from_str_radix(&text[place + 2..place + 4], 16).expect("two hexadecimal figures"));
            place += 4;
        } else {
            plain.push(bytes[place]);
            place += 1;
        }
    }
    plain
}
