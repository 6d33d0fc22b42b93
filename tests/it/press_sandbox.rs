//! What a render process may reach, what a template may cost, and that nothing around it changes a byte.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use evenhand::press::{
    Document, DocumentKind, Engine, LetterData, LetterKind, Order, RenderFault, Renderer, RendererConfig,
    sample::sample, sandbox,
};

use crate::support::letters::{AMPLE, fill, pool, scratch, with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_evenhand");

/// What the process below reports of a deed.
fn told(what: &str, result: io::Result<()>) {
    let word = match result {
        Ok(()) => "done".to_owned(),
        Err(fault) => format!("{:?}", fault.kind()),
    };
    println!("{what}: {word}");
}

/// Tries everything that a render process must not do. `EVENHAND_PROBE` names a folder to write in.
fn try_all(folder: &Path) {
    told("read", File::open("/etc/passwd").map(drop));
    told("list", fs::read_dir("/").map(drop));
    told("create", File::create(folder.join("new")).map(drop));
    told("append", File::options().append(true).open(folder.join("there")).map(drop));
    told("delete", fs::remove_file(folder.join("there")));
    told("rename", fs::rename(folder.join("there"), folder.join("gone")));
    told("folder", fs::create_dir(folder.join("folder")));
    told("listen", TcpListener::bind("127.0.0.1:0").map(drop));
    told("connect", TcpStream::connect("127.0.0.1:9").map(drop));
    told("datagram", UdpSocket::bind("127.0.0.1:0").map(drop));
    told("local socket", UnixStream::pair().map(drop));
    told("program", Command::new("/bin/true").spawn().map(drop));
}

/// Runs in a process of its own: what is given up is given up for good.
#[test]
#[ignore = "the test below starts it in a process of its own"]
fn inside_the_sandbox() {
    let folder = PathBuf::from(std::env::var_os("EVENHAND_PROBE").unwrap());
    told("before", File::open("/etc/passwd").map(drop));
    sandbox::shut_in().unwrap();
    try_all(&folder);
}

#[test]
fn a_shut_in_process_opens_writes_connects_and_starts_nothing() {
    let folder = scratch("probe");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("there"), "kept").unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "press_sandbox::inside_the_sandbox", "--ignored", "--nocapture", "--test-threads=1"])
        .env("EVENHAND_PROBE", &folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("before: done"), "{said}");
    for deed in [
        "read",
        "list",
        "create",
        "append",
        "delete",
        "rename",
        "folder",
        "listen",
        "connect",
        "datagram",
        "local socket",
        "program",
    ] {
        assert!(said.contains(&format!("{deed}: PermissionDenied")), "{deed}\n{said}");
    }
    assert_eq!(fs::read(folder.join("there")).unwrap(), b"kept");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_render_process_inherits_three_pipes_and_nothing_else() {
    let mut config = RendererConfig::of_this_program().unwrap();
    config.program = PathBuf::from("/bin/sh");
    // What a service may find open when it is started by hand.
    let script = format!("exec 7</etc/passwd 8</ 9>>/dev/null; exec {PROGRAM} render-worker");
    config.arguments = vec![OsString::from("-c"), OsString::from(script)];
    config.wall_limit = AMPLE;
    let renderer = Renderer::start(config).unwrap();
    renderer.render(&sample(LetterKind::Rejection)).unwrap();
    for process in renderer.idle_processes() {
        let home = PathBuf::from(format!("/proc/{process}"));
        let mut open: Vec<String> = fs::read_dir(home.join("fd"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        open.sort();
        assert_eq!(open, ["0", "1", "2"]);
        assert_eq!(fs::read_link(home.join("cwd")).unwrap(), Path::new("/"));
        let status = fs::read_to_string(home.join("status")).unwrap();
        let line = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        assert_eq!((line("Seccomp:"), line("NoNewPrivs:"), line("Threads:")), ("2".into(), "1".into(), "1".into()));
    }
}

/// Each kind of document, as the service asks for it.
fn requests() -> Vec<u8> {
    DocumentKind::ALL.into_iter().fold(Vec::new(), |mut all, kind| {
        let request = serde_json::to_vec(&Order::of(Document::sample(kind))).unwrap();
        all.extend(u32::try_from(request.len()).unwrap().to_be_bytes());
        all.extend(request);
        all
    })
}

#[test]
fn a_render_process_opens_and_connects_nothing() {
    let (asked, trace) = (scratch("requests"), scratch("trace"));
    fs::write(&asked, requests()).unwrap();
    let done = Command::new("strace")
        .args(["-f", "-e", "trace=%file,%network,clone,clone3,fork,vfork,seccomp", "-o"])
        .arg(&trace)
        .args([PROGRAM, "render-worker"])
        .stdin(File::open(&asked).unwrap())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let pdfs = String::from_utf8_lossy(&done.stdout).matches("%PDF-1.7").count();
    assert_eq!(pdfs, DocumentKind::ALL.len());
    let said = fs::read_to_string(&trace).unwrap();
    let (_, after) = said.split_once("seccomp(SECCOMP_SET_MODE_FILTER").expect("the filter is set");
    // The runtime asks how large its stack and the machine are, is refused, and does without.
    let harmless = |line: &str| line.contains("\"/proc/self/") && line.contains("= -1 EPERM");
    let calls: Vec<&str> =
        after.lines().skip(1).filter(|line| !line.contains("+++ exited with 0 +++") && !harmless(line)).collect();
    assert!(calls.is_empty(), "{calls:#?}");
    for file in [asked, trace] {
        fs::remove_file(file).unwrap();
    }
}

/// The template of a kind with other words in it.
fn draft(body: &str) -> Order<'static> {
    let text = format!("#import \"preamble.typ\": *\n#show: letter.with(title: \"T\")\n{body}\n");
    Order::of(Document::sample(LetterKind::Award.into())).from_draft("award.typ", text)
}

#[test]
fn a_template_that_never_ends_is_refused_at_its_place() {
    let renderer = pool(1, AMPLE);
    for (body, says) in [
        ("#while true {}", "condition is always true"),
        ("#{ let n = 0; while n >= 0 { n += 1 } }", "seems to be infinite"),
        ("#let f(x) = f(x)\n#f(1)", "maximum function call depth exceeded"),
        ("#eval(\"read(\\\"/etc/passwd\\\")\")", "not found"),
        ("#eval(d.purpose + \"#read(\\\"/etc/passwd\\\")\", mode: \"markup\")", "not found"),
    ] {
        let fault = renderer.carry_out(&draft(body)).unwrap_err();
        let RenderFault::Template(diagnostics) = &fault else { panic!("{body}: {fault}") };
        let first = diagnostics.first().unwrap();
        assert!(first.message.contains(says), "{body}: {fault}");
        assert_eq!(first.file.as_deref(), Some("award.typ"), "{body}: {fault}");
    }
    // The process is as good as before.
    let before = renderer.idle_processes();
    assert!(renderer.render(&sample(LetterKind::Award)).is_ok());
    assert_eq!(before, renderer.idle_processes());
}

#[test]
fn a_bomb_costs_its_letter_alone() {
    let renderer = pool(2, Duration::from_secs(4));
    let good = sample(LetterKind::Rejection);
    let expected = renderer.render(&good).unwrap().sha256;
    for bomb in [
        "#for a in range(1000000) { for b in range(1000000) { } }",
        "#{ let s = \"x\"; for i in range(40) { s = s + s } }",
        "#range(1000000000).len()",
        "#{ let a = (1,); for i in range(40) { a = a + a } }",
    ] {
        let batch: Vec<Result<String, RenderFault>> = (0..5)
            .map(|place| {
                let made = if place == 2 { renderer.carry_out(&draft(bomb)) } else { renderer.render(&good) };
                made.map(|made| made.sha256)
            })
            .collect();
        for (place, made) in batch.iter().enumerate() {
            match made {
                Ok(sha256) => assert!(place != 2 && *sha256 == expected, "{bomb}: {place}"),
                Err(fault) => {
                    assert_eq!(place, 2, "{bomb}: {fault}");
                    assert!(
                        matches!(fault, RenderFault::TimedOut { .. } | RenderFault::Died { .. }),
                        "{bomb}: {fault}"
                    );
                    println!("{bomb}: {fault}");
                }
            }
        }
    }
}

#[test]
fn the_kernel_ends_a_letter_that_uses_up_its_processor_time() {
    // On a busy machine ten seconds of processor time may be minutes.
    let renderer = pool(1, Duration::from_mins(30));
    let fault = renderer.carry_out(&draft("#for a in range(1000000) { for b in range(1000000) { } }")).unwrap_err();
    assert!(matches!(&fault, RenderFault::Died { how } if how.contains("processor time")), "{fault}");
    assert!(renderer.render(&sample(LetterKind::Award)).is_ok());
}

#[test]
fn a_bomb_of_words_is_refused_or_ends_within_its_limits() {
    let renderer = pool(1, AMPLE);
    let data = sample(LetterKind::Award);
    let purpose = |text: &str| renderer.render(&with(&data, "/purpose", text));
    for (what, text) in [
        ("10 KiB of words", "word ".repeat(2 * 1024)),
        ("19 KiB of newlines", "\n".repeat(19_000)),
        ("19 KiB of accents", format!("e{}", "\u{301}".repeat(19_000))),
        ("accents between joiners", "ا\u{64b}\u{200d}".repeat(6_000)),
        ("brackets", "[".repeat(19_000)),
        ("right and left", "a ا ".repeat(4_900)),
        ("isolates", "\u{2067}a\u{2069}".repeat(6_000)),
        ("emoji", "🎉".repeat(19_000)),
        ("Chinese", "龍".repeat(19_000)),
    ] {
        match purpose(&text) {
            Ok(made) => assert!(made.pages <= 60, "{what}: {} pages", made.pages),
            Err(fault) => assert!(matches!(fault, RenderFault::TooLong { .. }), "{what}: {fault}"),
        }
    }
    for (what, text) in [
        ("100 KiB of words", "word ".repeat(20 * 1024)),
        ("1,000 KiB of words", "word ".repeat(200 * 1024 - 10_000)),
        ("100 KiB of newlines", "\n".repeat(100 * 1024)),
        ("197 KiB of accents", "\u{301}".repeat(100 * 1024)),
    ] {
        let fault = purpose(&text).unwrap_err();
        assert!(matches!(fault, RenderFault::Text { .. } | RenderFault::TooBig { .. }), "{what}: {fault}");
    }
    assert!(renderer.render(&data).is_ok());
}

#[test]
fn a_request_that_is_none_is_answered_or_ends_the_process() {
    let ask = |length: usize, message: &[u8]| {
        let mut child = Command::new(PROGRAM)
            .arg("render-worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&u32::try_from(length).unwrap().to_be_bytes()).unwrap();
        // The process may have ended at the length alone.
        let _ = stdin.write_all(message);
        drop(stdin);
        let mut answer = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut answer).unwrap();
        (child.wait().unwrap().success(), String::from_utf8_lossy(&answer).into_owned())
    };
    let nested = "[".repeat(1_000);
    let (well, said) = ask(nested.len(), nested.as_bytes());
    assert!(well && said.contains("unreadable data"), "{said}");
    let deep = format!("{{\"document\":{}", "{\"letter\":".repeat(1_000));
    let (well, said) = ask(deep.len(), deep.as_bytes());
    assert!(well && said.contains("unreadable data"), "{said}");
    let (well, said) = ask(100 * 1024 * 1024, b"too much");
    assert!(!well && said.is_empty(), "{said}");
    let (well, _) = ask(100, b"cut short");
    assert!(!well);
    let value = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
    assert!(serde_json::from_str::<LetterData>(&value).is_err());
}

/// The command that makes one letter, in surroundings of its own.
fn render_command(around: &[(&str, &str)], folder: &Path, data: &Path, out: &Path, other_host: bool) -> Command {
    let mut command = if other_host {
        let mut command = Command::new("unshare");
        command.args(["--uts", "sh", "-c", "hostname somewhere-else && exec \"$@\"", "sh", PROGRAM]);
        command
    } else {
        Command::new(PROGRAM)
    };
    command.args(["letter", "render", "feedback"]).args([data, out]).current_dir(folder).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").envs(around.iter().copied());
    command
}

#[test]
fn the_same_letter_is_the_same_bytes_wherever_it_is_made() {
    let (data, _) = fill(&sample(LetterKind::Feedback), &|number| format!("Llŷn, رابطة, 龍 and {number}"));
    let json = scratch("same.json");
    fs::write(&json, serde_json::to_vec(&data).unwrap()).unwrap();
    let here = Engine::new().unwrap().render(&data).unwrap().pdf;
    let again = pool(1, AMPLE).render(&data).unwrap().pdf;
    assert_eq!(here, again);
    // Another host name needs a right that not every machine gives.
    let may_unshare = Command::new("unshare").args(["--uts", "true"]).output().is_ok_and(|done| done.status.success());
    println!("with another host name: {may_unshare}");
    for (place, around) in [
        [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("HOSTNAME", "one")],
        [("TZ", "America/Adak"), ("LANG", "ar_EG.UTF-8"), ("LC_ALL", "C"), ("HOSTNAME", "two")],
        [("SOURCE_DATE_EPOCH", "1"), ("RAYON_NUM_THREADS", "7"), ("TYPST_FONT_PATHS", "/"), ("HOME", "/nonexistent")],
    ]
    .iter()
    .enumerate()
    {
        let folder = if place == 0 { "/" } else { "/proc" };
        let out = scratch("same.pdf");
        let mut command = render_command(around, Path::new(folder), &json, &out, may_unshare && place == 1);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(fs::read(&out).unwrap() == here, "{around:?} changes the letter");
        fs::remove_file(out).unwrap();
    }
    fs::remove_file(json).unwrap();
}

/// A page with every font. Its bytes change with the typesetter or a font, and with nothing else: then look at the letters, and
/// take the new hash.
#[test]
fn a_page_of_every_font_has_the_bytes_it_had_on_other_machines() {
    const TEXT: &str = "Llŷn a'r Cylch, Łódź, Αθήνα, Київ, رابطة الشباب, קהילה, महिला संघ, নারী সমিতি, ગુજરાતી સમાજ, \
                        ਪੰਜਾਬੀ ਸਭਾ, தமிழ் சங்கம், 龙舟会, ✓ ♥ ☎ 🎉";
    let source = format!(
        "#let d = json(bytes(sys.inputs.data))\n\
         #set document(title: \"T\", date: datetime(year: 2026, month: 11, day: 22))\n\
         #set text(font: d.fonts, lang: \"en\", region: \"GB\")\n\
         = Every font\n{TEXT}\n\n#text(weight: \"bold\")[{TEXT}]\n\n#table(columns: 2, table.header[A][B], [1], [2])\n"
    );
    let mut data = with(&sample(LetterKind::Award), "/common/letter_reference", "CSF-2026-0000-A1");
    // The identity of the file names the template's version.
    if let LetterData::Award(letter) = &mut data {
        letter.common.template.version = 2;
    }
    let made = pool(1, AMPLE).carry_out(&Order::of(&data).from_draft("award.typ", source)).unwrap();
    insta::assert_snapshot!("page_of_every_font_sha256", made.sha256);
}
