//! Prepares what the program embeds: style sheet, script, icons, letter fonts and page templates.
//!
//! 1. `npm ci` installs the packages of `assets/package-lock.json` into a folder of the target directory that is named by the
//!    lock's hash, so every profile shares it and the source tree stays as it is.
//! 2. `sass` compiles `assets/evenhand.scss`; scripts, icons and fonts are copied beside it into `OUT_DIR/dist`.
//! 3. Every file gets a name with the hash of its content, and a gzip copy where that is smaller.
//! 4. `assets.rs`, `letter_fonts.rs` and `templates.rs` are written to `OUT_DIR` for the program to include.
//!
//! Without a network, set `EVENHAND_ASSETS_DIST` to a folder like `OUT_DIR/dist` of an earlier build. It holds `evenhand.css`,
//! `evenhand.js`, `govuk-frontend.min.js`, `images/`, `fonts/`, and for tests `axe.min.js` and `fixtures/`.

use flate2::{Compression, write::GzEncoder};
use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{self, Command},
};

const PREBUILT: &str = "EVENHAND_ASSETS_DIST";
const PACKAGE_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const OWN_FILES: [&str; 2] = ["evenhand.scss", "evenhand.js"];
const SCRIPT_LIBRARY: &str = "govuk-frontend.min.js";
/// Package, folder and file of the letters' fonts, in order of preference: what the first lacks comes from the others.
const FONTS: [(&str, &str, &str); 8] = [
    ("source-sans-3", "400Regular", "SourceSans3_400Regular.ttf"),
    ("source-sans-3", "400Regular_Italic", "SourceSans3_400Regular_Italic.ttf"),
    ("source-sans-3", "600SemiBold", "SourceSans3_600SemiBold.ttf"),
    ("source-sans-3", "700Bold", "SourceSans3_700Bold.ttf"),
    ("noto-sans", "400Regular", "NotoSans_400Regular.ttf"),
    ("noto-sans-arabic", "400Regular", "NotoSansArabic_400Regular.ttf"),
    ("noto-sans-bengali", "400Regular", "NotoSansBengali_400Regular.ttf"),
    ("noto-sans-gurmukhi", "400Regular", "NotoSansGurmukhi_400Regular.ttf"),
];
/// Components whose markup `tests/components.rs` compares with GOV.UK Frontend's own examples.
const FIXTURES: [&str; 25] = [
    "back-link",
    "breadcrumbs",
    "button",
    "character-count",
    "checkboxes",
    "date-input",
    "details",
    "error-summary",
    "file-upload",
    "generic-header",
    "input",
    "inset-text",
    "notification-banner",
    "pagination",
    "panel",
    "radios",
    "select",
    "service-navigation",
    "skip-link",
    "summary-list",
    "table",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
];

type Outcome<T> = Result<T, String>;

/// A `cargo::error` line fails the build by itself; a failing exit status would only bury it under the script's whole output.
fn main() {
    if let Err(message) = build() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn build() -> Outcome<()> {
    let root = folder_from("CARGO_MANIFEST_DIR")?;
    let out = folder_from("OUT_DIR")?;
    let assets = root.join("assets");
    let inputs = asset_inputs(&assets)?;
    watch(&root, &inputs);

    let dist = match env::var_os(PREBUILT) {
        Some(folder) => root.join(folder),
        None => make_dist(&assets, &inputs, &out)?,
    };
    if env::var_os(PREBUILT).is_some() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    write_assets(&dist, &out)?;
    write_fonts(&dist, &out)?;
    write_templates(&root, &out)?;
    expose_test_material(&dist);
    Ok(())
}

/// Tells cargo what to look at, so that a second build runs nothing.
fn watch(root: &Path, inputs: &[PathBuf]) {
    println!("cargo::rerun-if-env-changed={PREBUILT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets/icons");
    println!("cargo::rerun-if-changed=templates");
    for file in inputs {
        println!("cargo::rerun-if-changed={}", relative(root, file));
    }
}

fn asset_inputs(assets: &Path) -> Outcome<Vec<PathBuf>> {
    let own = PACKAGE_FILES.iter().chain(&OWN_FILES).map(|name| assets.join(name));
    // This program says which fonts and examples are copied, so what it made goes with it.
    Ok(own.chain(files_below(&assets.join("icons"))?).chain([assets.with_file_name("build.rs")]).collect())
}

// Building ----------------------------------------------------------------------------------------------------------

/// Makes `OUT_DIR/dist`, unless it was made from the same inputs before.
fn make_dist(assets: &Path, inputs: &[PathBuf], out: &Path) -> Outcome<PathBuf> {
    let dist = out.join("dist");
    let stamp_file = dist.join(".made-from");
    let stamp = hash_of_files(inputs)?;
    if fs::read_to_string(&stamp_file).is_ok_and(|made_from| made_from == stamp) {
        return Ok(dist);
    }
    let modules = install_packages(assets, out)?;
    if dist.exists() {
        // The stamp goes with it, so a failure below is not taken for a finished folder next time.
        fs::remove_dir_all(&dist).map_err(|e| about(&dist, &e))?;
    }
    compile_sass(assets, &modules, &dist)?;
    let govuk = modules.join("govuk-frontend/dist/govuk").join(SCRIPT_LIBRARY);
    write(&dist.join(SCRIPT_LIBRARY), without_source_map(&read_text(&govuk)?).as_bytes())?;
    copy(&assets.join("evenhand.js"), &dist.join("evenhand.js"))?;
    for icon in files_below(&assets.join("icons"))? {
        copy(&icon, &dist.join("images").join(relative(&assets.join("icons"), &icon)))?;
    }
    for (package, folder, file) in FONTS {
        let source = modules.join("@expo-google-fonts").join(package).join(folder).join(file);
        copy(&source, &dist.join("fonts").join(file))?;
    }
    copy(&modules.join("axe-core/axe.min.js"), &dist.join("axe.min.js"))?;
    for component in FIXTURES {
        let source = modules.join("govuk-frontend/dist/govuk/components").join(component).join("fixtures.json");
        copy(&source, &dist.join("fixtures").join(format!("{component}.json")))?;
    }
    write(&stamp_file, stamp.as_bytes())?;
    Ok(dist)
}

/// Installs the locked packages once for each lock file and returns their `node_modules`.
fn install_packages(assets: &Path, out: &Path) -> Outcome<PathBuf> {
    let files = PACKAGE_FILES.map(|name| assets.join(name));
    let folder_name = format!("evenhand-assets-{}", hash_of_files(&files)?);
    let home = shared_folder(out).join(&folder_name);
    let modules = home.join("node_modules");
    if modules.is_dir() {
        return Ok(modules);
    }
    // Another build may be doing the same: work aside, then move into place in one step.
    let aside = shared_folder(out).join(format!("{folder_name}.{}", process::id()));
    for file in &files {
        copy(file, &aside.join(relative(assets, file)))?;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev"];
    let installed = run(Command::new(npm).args(arguments).current_dir(&aside), "npm ci")
        .and_then(|()| fs::rename(&aside, &home).map_err(|e| about(&home, &e)));
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(|e| about(&aside, &e))?;
    }
    if modules.is_dir() { Ok(modules) } else { installed.map(|()| modules) }
}

/// The target directory, found from `<target>/<profile>/build/<package>/out`; `OUT_DIR` itself when that is laid out otherwise.
fn shared_folder(out: &Path) -> &Path {
    let build = out.ancestors().find(|folder| folder.ends_with("build"));
    build.and_then(Path::parent).and_then(Path::parent).unwrap_or(out)
}

fn compile_sass(assets: &Path, modules: &Path, dist: &Path) -> Outcome<()> {
    let mut sass = Command::new("node");
    sass.arg(modules.join("sass/sass.js")).args(["--style=compressed", "--no-source-map", "--quiet-deps"]);
    sass.arg("--load-path").arg(modules).arg(assets.join("evenhand.scss")).arg(dist.join("evenhand.css"));
    run(&mut sass, "sass")
}

fn run(command: &mut Command, name: &str) -> Outcome<()> {
    match command.output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("`{name}` failed ({}):\n{}", done.status, String::from_utf8_lossy(&done.stderr))),
        Err(error) => Err(format!(
            "cannot run `{name}` ({error}): install Node.js 20.19 or later, which brings npm, or set {PREBUILT} to a folder of built assets"
        )),
    }
}

fn without_source_map(script: &str) -> &str {
    script.split("//# sourceMappingURL=").next().unwrap_or(script)
}

// Embedding ---------------------------------------------------------------------------------------------------------

/// Writes `served/` and the table of it: `pub static ASSETS: &[Asset]`. The including module defines `Asset`.
fn write_assets(dist: &Path, out: &Path) -> Outcome<()> {
    let served = out.join("served");
    let library = fs::read(dist.join(SCRIPT_LIBRARY)).map_err(|e| about(&dist.join(SCRIPT_LIBRARY), &e))?;
    let mut rows = Vec::new();
    for file in files_below(dist)? {
        let name = relative(dist, &file);
        let Some(content_type) = content_type(&name) else {
            continue;
        };
        if name == "axe.min.js" {
            continue;
        }
        let mut bytes = fs::read(&file).map_err(|e| about(&file, &e))?;
        if name == "evenhand.js" {
            let script = String::from_utf8(bytes).map_err(|e| about(&file, &e))?;
            bytes = script.replace(SCRIPT_LIBRARY, &hashed_name(SCRIPT_LIBRARY, &library)).into_bytes();
        }
        write(&served.join(&name), &bytes)?;
        let small = gzip(&bytes).map_err(|e| about(&file, &e))?;
        let gzip = if small.len() < bytes.len() {
            write(&served.join(format!("{name}.gz")), &small)?;
            format!("Some({})", include_bytes_of(&format!("{name}.gz")))
        } else {
            "None".to_owned()
        };
        let url = format!("/assets/{}", hashed_name(&name, &bytes));
        let bytes = include_bytes_of(&name);
        rows.push(format!(
            "Asset {{ name: {name:?}, url: {url:?}, content_type: {content_type:?}, bytes: {bytes}, gzip: {gzip} }}"
        ));
    }
    write_table(out, "assets.rs", "Everything served below `/assets/`.", "ASSETS: &[Asset]", &rows)
}

fn write_fonts(dist: &Path, out: &Path) -> Outcome<()> {
    let mut rows = Vec::new();
    for (_, _, file) in FONTS {
        let name = format!("fonts/{file}");
        copy(&dist.join(&name), &out.join("served").join(&name))?;
        rows.push(include_bytes_of(&name));
    }
    let about = "The fonts of the letters, in order of preference.";
    write_table(out, "letter_fonts.rs", about, "LETTER_FONTS: &[&[u8]]", &rows)
}

/// All files of `templates/` but the notes for their authors, by the name that `extends` and `render` use.
fn write_templates(root: &Path, out: &Path) -> Outcome<()> {
    let folder = root.join("templates");
    let mut rows = Vec::new();
    for file in files_below(&folder)? {
        let name = relative(&folder, &file);
        if file.extension().is_none_or(|extension| extension != "md") {
            let path = format!("/templates/{name}");
            rows.push(format!("({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?})))"));
        }
    }
    write_table(out, "templates.rs", "The templates by name.", "TEMPLATES: &[(&str, &str)]", &rows)
}

fn write_table(out: &Path, file: &str, about: &str, declaration: &str, rows: &[String]) -> Outcome<()> {
    let rows: String = rows.iter().flat_map(|row| ["    ", row, ",\n"]).collect();
    let code = format!("/// {about}\npub static {declaration} = &[\n{rows}];\n");
    write(&out.join(file), code.as_bytes())
}

/// Tests read these paths with `env!`. A path is empty when prebuilt assets come without the thing.
fn expose_test_material(dist: &Path) {
    for (variable, name) in [("EVENHAND_AXE", "axe.min.js"), ("EVENHAND_FIXTURES", "fixtures")] {
        let path = Some(dist.join(name)).filter(|path| path.exists()).unwrap_or_default();
        println!("cargo::rustc-env={variable}={}", path.display());
    }
}

fn include_bytes_of(name: &str) -> String {
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), {:?}))", format!("/served/{name}"))
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        _ => None,
    }
}

fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = hash_of([bytes]);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

// Files -------------------------------------------------------------------------------------------------------------

/// FNV-1a, 64 bits: names files by their content. Not for security.
fn hash_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let bytes = parts.into_iter().flatten();
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

fn hash_of_files(files: &[PathBuf]) -> Outcome<String> {
    let contents: Outcome<Vec<Vec<u8>>> = files.iter().map(|f| fs::read(f).map_err(|e| about(f, &e))).collect();
    Ok(hash_of(contents?.iter().map(Vec::as_slice)))
}

fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| about(folder, &e))? {
        let path = entry.map_err(|e| about(folder, &e))?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The path below `folder`, with `/` on every system.
fn relative(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|e| about(path, &e))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| about(folder, &e))?;
    }
    fs::write(path, bytes).map_err(|e| about(path, &e))
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let bytes = fs::read(from).map_err(|e| about(from, &e))?;
    write(to, &bytes)
}

fn folder_from(variable: &str) -> Outcome<PathBuf> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {variable}"))
}

fn about(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}
