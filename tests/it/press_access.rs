//! What a screen reader is told, and large print: on the tag tree and the page content of finished PDFs.

use std::collections::BTreeMap;
use std::thread;

use evenhand::press::{Document as Text, DocumentKind, Engine, LetterKind, Order, Print, sample::sample};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::support::hostile::texts;
use crate::support::letters::{assert_conforms, bare, fill};

/// Letters that are validated.
const LETTERS: usize = 300;

/// An element of the tag tree.
#[derive(Debug, Default)]
struct Element {
    tag: String,
    /// What says which cells a header is for.
    scope: Option<String>,
    /// To which headers a cell belongs.
    headers: usize,
    children: Vec<Element>,
    /// Page and number, if it is a piece of a page's content.
    content: Option<(ObjectId, i64)>,
    /// Whether an annotation, such as a link, hangs on it.
    annotated: bool,
}

impl Element {
    /// Itself and all below, in reading order.
    fn all(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.children.iter().flat_map(Self::all)).collect()
    }

    fn named(&self, tag: &str) -> Vec<&Self> {
        self.all().into_iter().filter(|element| element.tag == tag).collect()
    }
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).unwrap().1
}

fn entry<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    dictionary.get(key).ok().map(|object| resolved(document, object))
}

fn name_of(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
    let name = entry(document, dictionary, key)?.as_name().ok()?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// The tag tree, from its root.
fn tree(document: &Document) -> Element {
    let catalog = document.catalog().unwrap();
    let root = entry(document, catalog, b"StructTreeRoot").unwrap().as_dict().unwrap();
    let mut element = Element::default();
    kids(document, root, None, &mut element);
    element
}

fn element(document: &Document, dictionary: &Dictionary, page: Option<ObjectId>) -> Element {
    let mut element = Element { tag: name_of(document, dictionary, b"S").unwrap_or_default(), ..Element::default() };
    let attributes: Vec<&Dictionary> = match entry(document, dictionary, b"A") {
        Some(Object::Array(all)) => all.iter().filter_map(|one| resolved(document, one).as_dict().ok()).collect(),
        Some(Object::Dictionary(one)) => vec![one],
        _ => Vec::new(),
    };
    for one in attributes {
        element.scope = element.scope.take().or_else(|| name_of(document, one, b"Scope"));
        if let Some(Object::Array(headers)) = entry(document, one, b"Headers") {
            element.headers += headers.len();
        }
    }
    let page = dictionary.get(b"Pg").ok().and_then(|page| page.as_reference().ok()).or(page);
    kids(document, dictionary, page, &mut element);
    element
}

fn piece(page: Option<ObjectId>, number: i64) -> Element {
    Element { content: Some((page.unwrap(), number)), ..Element::default() }
}

fn kids(document: &Document, dictionary: &Dictionary, page: Option<ObjectId>, into: &mut Element) {
    let kids: Vec<&Object> = match entry(document, dictionary, b"K") {
        Some(Object::Array(all)) => all.iter().map(|one| resolved(document, one)).collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for kid in kids {
        match kid {
            // A piece of content stands among the elements, where it is read.
            Object::Integer(number) => into.children.push(piece(page, *number)),
            Object::Dictionary(kid) => match name_of(document, kid, b"Type").as_deref() {
                Some("MCR") => {
                    let page = kid.get(b"Pg").ok().and_then(|page| page.as_reference().ok()).or(page);
                    into.children.push(piece(page, kid.get(b"MCID").unwrap().as_i64().unwrap()));
                }
                Some("OBJR") => into.annotated = true,
                _ => {
                    let child = element(document, kid, page);
                    into.children.push(child);
                }
            },
            other => panic!("{other:?}"),
        }
    }
}

/// All documents that the press makes, each in both prints.
fn finished() -> Vec<(DocumentKind, Print, Document, Vec<u8>)> {
    let engine = Engine::new().unwrap();
    let both = [Print::Standard, Print::Large];
    let made = DocumentKind::ALL.into_iter().flat_map(|kind| both.map(|print| (kind, print)));
    made.map(|(kind, print)| {
        let pdf = engine.carry_out(&Order::of(Text::sample(kind)).printed(print)).unwrap().pdf;
        (kind, print, Document::load_mem(&pdf).unwrap(), pdf)
    })
    .collect()
}

#[test]
fn each_document_says_its_title_and_language_and_is_read_in_order() {
    for (kind, print, document, _) in finished() {
        let catalog = document.catalog().unwrap();
        let language = entry(&document, catalog, b"Lang").unwrap().as_str().unwrap();
        assert_eq!(language, b"en-GB", "{kind:?}");
        let marked = entry(&document, catalog, b"MarkInfo").unwrap().as_dict().unwrap();
        assert_eq!(marked.get(b"Marked").unwrap(), &Object::Boolean(true));
        let viewer = entry(&document, catalog, b"ViewerPreferences").unwrap().as_dict().unwrap();
        assert_eq!(viewer.get(b"DisplayDocTitle").unwrap(), &Object::Boolean(true), "{kind:?}");
        let info = document.trailer.get(b"Info").ok().map(|info| resolved(&document, info).as_dict().unwrap());
        let title = info.and_then(|info| entry(&document, info, b"Title")).and_then(|title| title.as_str().ok());
        assert!(title.is_some_and(|title| title.len() > 8), "{kind:?} has no title");

        let tree = tree(&document);
        let headings: Vec<u32> = tree
            .all()
            .iter()
            .filter_map(|element| element.tag.strip_prefix('H').and_then(|level| level.parse().ok()))
            .collect();
        assert_eq!(headings.first(), Some(&1), "{kind:?}");
        assert_eq!(headings.iter().filter(|level| **level == 1).count(), 1, "{kind:?}");
        assert!(headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{kind:?}: {headings:?}");

        // The tree goes through each page as the page is written: nothing is read before what stands above it.
        let mut last: BTreeMap<ObjectId, i64> = BTreeMap::new();
        for (page, number) in tree.all().iter().filter_map(|element| element.content.as_ref()) {
            let before = last.insert(*page, *number).unwrap_or(-1);
            assert!(before < *number, "{kind:?} {print:?}: {number} is read after {before}");
        }
        assert_eq!(last.len(), document.get_pages().len(), "{kind:?}: a page is not in the tree");
    }
}

#[test]
fn each_table_has_headers_for_its_columns() {
    let mut tables = 0;
    for (kind, _, document, _) in finished() {
        for table in tree(&document).named("Table") {
            tables += 1;
            let headers = table.named("TH");
            assert!(!headers.is_empty(), "{kind:?}: a table has no header");
            assert!(headers.iter().all(|header| header.scope.as_deref() == Some("Column")), "{kind:?}: {headers:?}");
            for row in table.named("TR") {
                assert_eq!(row.named("TH").len() + row.named("TD").len(), headers.len(), "{kind:?}");
            }
            let cells = table.named("TD");
            assert!(!cells.is_empty() && cells.iter().all(|cell| cell.headers >= 1), "{kind:?}: a cell has no header");
        }
    }
    assert!(tables >= 14, "{tables}");
}

#[test]
fn each_link_says_where_it_goes_and_is_in_the_tree() {
    let mut links = 0;
    for (kind, _, document, _) in finished() {
        let mut annotations = 0;
        for page in document.get_pages().into_values() {
            for annotation in document.get_page_annotations(page).unwrap() {
                let subtype = annotation.get(b"Subtype").unwrap().as_name().unwrap();
                assert_eq!(subtype, b"Link", "{kind:?}");
                let says = entry(&document, annotation, b"Contents").and_then(|text| text.as_str().ok());
                assert!(says.is_some_and(|text| !text.is_empty()), "{kind:?}: a link has no contents");
                assert!(annotation.has(b"StructParent"), "{kind:?}: a link is not in the tree");
                annotations += 1;
            }
        }
        let tagged = tree(&document).named("Link").iter().filter(|link| link.annotated).count();
        assert!(annotations >= tagged && (annotations == 0) == (tagged == 0), "{kind:?}: {annotations}, {tagged}");
        links += annotations;
    }
    assert!(links >= 20, "{links}");
}

/// A number of a content stream.
fn number(object: &Object) -> f64 {
    f64::from(object.as_float().unwrap())
}

/// The size of every run of text on a page, as it is printed, in hundredths of a point.
#[expect(clippy::float_arithmetic, reason = "a PDF multiplies the sizes of type itself")]
fn sizes(document: &Document, page: ObjectId) -> Vec<i64> {
    let content = Content::decode(&document.get_page_content(page)).unwrap();
    let (mut scale, mut saved, mut size, mut line) = (1.0, Vec::new(), 0.0, 1.0);
    let mut sizes = Vec::new();
    // How much taller a matrix makes what it applies to, turned or not.
    let taller = |operands: &[Object]| number(&operands[2]).hypot(number(&operands[3]));
    for operation in &content.operations {
        match operation.operator.as_str() {
            "q" => saved.push(scale),
            "Q" => scale = saved.pop().unwrap(),
            "cm" => scale *= taller(&operation.operands),
            "BT" => line = 1.0,
            "Tm" => line = taller(&operation.operands),
            "Tf" => size = number(&operation.operands[1]),
            "Tj" | "TJ" => {
                #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a size of type is small")]
                sizes.push((size * line * scale * 100.0).round() as i64);
            }
            _ => {}
        }
    }
    sizes
}

#[test]
fn every_text_of_a_large_print_has_sixteen_points() {
    for (kind, print, document, pdf) in finished() {
        let all: Vec<i64> = document.get_pages().into_values().flat_map(|page| sizes(&document, page)).collect();
        let least = all.iter().min().copied().unwrap();
        assert!(all.len() > 20, "{kind:?}: {} runs of text", all.len());
        match print {
            Print::Standard => assert!((900..1_100).contains(&least), "{kind:?}: {least}"),
            Print::Large => assert!(least >= 1_600, "{kind:?}: a text has {least} hundredths of a point"),
        }
        assert_conforms(&pdf);
    }
}

#[test]
fn a_large_print_says_what_the_letter_says() {
    let engine = Engine::new().unwrap();
    for kind in LetterKind::ALL {
        let data = sample(kind);
        let standard = engine.render(&data).unwrap();
        let large = engine.carry_out(&Order::of(&data).printed(Print::Large)).unwrap();
        assert_eq!((large.findings.len(), large.warnings.len()), (0, 0), "{kind}: {:?}", large.findings);
        assert_ne!(standard.sha256, large.sha256);
        assert_eq!(large, engine.carry_out(&Order::of(&data).printed(Print::Large)).unwrap());
        // All but the foot of the page, in the same order.
        let body = |text: &str| -> Vec<char> {
            let template = format!("{} version ", kind.name());
            let foot = |line: &&str| line.contains(&template) || line.starts_with("Page ") || line.contains("\tPage ");
            let reference = data.common().letter_reference.clone();
            text.split(['\n', '\u{c}'])
                .filter(|line| !foot(line) && *line != reference)
                .flat_map(str::chars)
                .filter(|character| !character.is_whitespace())
                .collect()
        };
        let (mut small, mut big) = (body(&standard.text), body(&large.text));
        assert!(small.len() > 1_000, "{kind}");
        // The references stand beside the address, or below it; a long code is broken elsewhere.
        small.sort();
        big.sort();
        assert_eq!(small, big, "{kind}");
    }
}

/// No template may name a size of type that does not grow.
#[test]
fn every_template_asks_for_its_sizes() {
    use evenhand::press::kind::{BASE, PREAMBLE};
    for text in DocumentKind::ALL.map(DocumentKind::source).into_iter().chain([PREAMBLE, BASE]) {
        for (line, words) in text.lines().enumerate() {
            let fixed = words.split("size: ").skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
            // The mark of a test round lies behind the text and is large as it is.
            let mark = words.contains("[TEST]");
            assert!(!fixed || mark, "line {}: {words}; write size: sized(11pt)", line + 1);
        }
    }
}

/// Letters of every kind, with names of every script, full and bare, small and large: each conforms.
#[test]
fn three_hundred_different_letters_conform() {
    let texts: Vec<String> =
        texts().into_iter().map(|(_, text)| text).filter(|text| text.chars().count() < 200).collect();
    let make = |number: usize| {
        let kind = LetterKind::ALL[number % LetterKind::ALL.len()];
        let start = if number.is_multiple_of(3) { bare(&sample(kind)) } else { sample(kind) };
        // Every fifth letter is as in the sample.
        let (filled, _) = fill(&start, &|place| texts[(number * 37 + place * 11) % texts.len()].clone());
        let data = if number % 5 == 4 { start } else { filled };
        let print = if number % 7 == 3 { Print::Large } else { Print::Standard };
        (data, print)
    };
    let threads = 2;
    let hashes: Vec<String> = thread::scope(|scope| {
        let work: Vec<_> = (0..threads)
            .map(|thread| {
                let make = &make;
                scope.spawn(move || {
                    let engine = Engine::new().unwrap();
                    (thread..LETTERS)
                        .step_by(threads)
                        .map(|number| {
                            let (mut data, print) = make(number);
                            rename(&mut data, number);
                            let made = engine.carry_out(&Order::of(&data).printed(print)).unwrap();
                            assert_conforms(&made.pdf);
                            made.sha256
                        })
                        .collect::<Vec<String>>()
                })
            })
            .collect();
        work.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let different: std::collections::BTreeSet<&String> = hashes.iter().collect();
    assert_eq!(different.len(), LETTERS);
}

/// Gives a letter a reference of its own.
fn rename(data: &mut evenhand::press::LetterData, number: usize) {
    *data = crate::support::letters::with(data, "/common/letter_reference", &format!("CSF-2026-{number:04}-X1"));
}
