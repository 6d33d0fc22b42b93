//! The letter engine: what it prints, what it refuses, what keeps a letter from approval.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use evenhand::press::{DocumentKind, Engine, FindingKind, LetterData, LetterKind, RenderFault, lint, sample::sample};
use lopdf::{Document, Object};
use serde_json::Value;

use crate::support::letters::{
    AMPLE, assert_conforms, bare, fill, pdf_text, pool, render, scratch, squeeze, tool, with,
};

#[test]
fn each_sample_is_a_letter_without_findings() {
    for kind in LetterKind::ALL {
        let rendered = render(&sample(kind));
        assert_eq!(rendered.findings, vec![], "{kind}");
        assert_eq!(rendered.warnings, vec![], "{kind}");
        assert!((1..=4).contains(&rendered.pages), "{kind}: {} pages", rendered.pages);
        assert!(rendered.text.contains(kind.title()), "{kind}");
        for never in ["Ombudsman", "contract", "assessor"] {
            assert!(!rendered.text.contains(never), "{kind} says {never}");
        }
        insta::assert_snapshot!(format!("sample_{kind}"), rendered.text);
    }
}

#[test]
fn each_other_document_prints_its_sample() {
    for kind in DocumentKind::OTHERS {
        let rendered = Engine::new().unwrap().render(evenhand::press::Document::sample(kind)).unwrap();
        assert_eq!(rendered.warnings, vec![], "{kind:?}");
        insta::assert_snapshot!(format!("document_{}", kind.name()), rendered.text);
    }
}

#[test]
fn what_is_read_back_is_what_the_pdf_says() {
    for kind in LetterKind::ALL {
        let rendered = render(&sample(kind));
        let printed = pdf_text(&rendered.pdf);
        for line in rendered.text.split(['\n', '\t', '\u{c}']) {
            assert!(printed.contains(&squeeze(line)), "{kind}: {line:?}");
        }
    }
}

#[test]
fn absent_fields_leave_their_sentence_out() {
    for kind in LetterKind::ALL {
        let rendered = render(&bare(&sample(kind)));
        assert!(
            rendered
                .findings
                .iter()
                .all(|finding| finding.kind != FindingKind::Gap && finding.kind != FindingKind::Placeholder),
            "{:?}",
            rendered.findings
        );
        for absent in ["none", "workshop", "What you can do next", "01632"] {
            assert!(!rendered.text.contains(absent), "{kind} says {absent}");
        }
    }
}

#[test]
fn hostile_text_is_printed_and_never_run() {
    let hostile = |number: usize| {
        format!(
            "n{number}n #read(\"/etc/passwd\") *b* _i_ $x^2$ <script> @ref <lab> \\ // #eval(\"1\") \
             {{{{x}}}} [y] #image(\"a.png\") -- 'q' ~ ` = - + n{number}n"
        )
    };
    for kind in LetterKind::ALL {
        let (data, put) = fill(&sample(kind), &hostile);
        let rendered = render(&data);
        let printed = pdf_text(&rendered.pdf);
        // Where cells stand beside each other pdftotext mixes their lines; there the text is in one
        // piece in what was read back, and its first and last words are in the PDF.
        let read_back = squeeze(&rendered.text);
        let is_printed = |text: &&String| {
            let tag = text.split(' ').next().unwrap();
            printed.contains(&squeeze(text))
                || (read_back.contains(&squeeze(text)) && printed.matches(tag).count() >= 2)
        };
        let missing: Vec<&String> = put.iter().filter(|text| !is_printed(text)).collect();
        // A letter of award invites to no workshop and names no next round; one in full says its amount in words once.
        let unused = match kind {
            LetterKind::Award => 3,
            LetterKind::PartialAward => 2,
            _ => 0,
        };
        assert_eq!(missing.len(), unused, "{kind}: {missing:#?}");
        // A mail address or web address that is none becomes no link.
        assert!(!String::from_utf8_lossy(&rendered.pdf).contains("/URI"), "{kind}");
        assert_conforms(&rendered.pdf);
    }
}

#[test]
fn the_scripts_of_the_country_are_printed() {
    for text in [
        "Llŷn a'r Cylch: ŵyl y bobl, Tŷ Gwyn",
        "Stowarzyszenie Łódź \u{2013} żółć",
        "Ελληνική Κοινότητα",
        "Українська громада",
        "İstanbul Gençlik Derneği",
        "Hội người Việt ở Luân Đôn",
        "a\u{302}\u{301}e\u{301}",
        "\u{201c}quoted\u{201d} \u{2192} 50% \u{2022} £5 €6",
        "龙舟会, 龍舟會, ひかりの会",
        "✓ ♥ ☎ 🎉",
        "ગુજરાતી સમાજ",
        "தமிழ் சங்கம்",
        "ਪੰਜਾਬੀ ਸਭਾ",
        "महिला संघ",
        "নারী সমিতি, র\u{200d}্যাব",
    ] {
        let rendered = render(&with(&sample(LetterKind::Award), "/purpose", text));
        assert_eq!(rendered.findings, vec![], "{text}");
        let clean = evenhand::press::text::clean_text(text).unwrap();
        assert!(pdf_text(&rendered.pdf).contains(&squeeze(&clean)), "{text}");
        assert_conforms(&rendered.pdf);
    }
    for text in ["رابطة الشباب", "קהילת הנוער"] {
        let rendered = render(&with(&sample(LetterKind::Award), "/purpose", text));
        assert_eq!(rendered.findings, vec![], "{text}");
        assert_conforms(&rendered.pdf);
    }
}

#[test]
fn what_no_font_has_is_replaced_and_reported_with_its_field() {
    let text = "Fun ᚠ ግ \u{e000} day";
    let rendered = render(&with(&sample(LetterKind::Feedback), "/common/project_title", text));
    assert!(rendered.text.contains("Fun □ □ □ day"));
    let finding = rendered.findings.first().unwrap();
    assert_eq!(finding.kind, FindingKind::Unprintable);
    assert_eq!(finding.field.as_deref(), Some("common.project_title"));
    assert!(finding.detail.contains("U+16A0"), "{finding}");
    assert_conforms(&rendered.pdf);
}

#[test]
fn stacked_and_foreign_accents_never_stop_a_letter() {
    for text in ["Z̸̗͖͐ą̶̛͍̍l̵̺̓g̴̰͑o̷͙͒", "x\u{489}\u{20dd}", "\u{301}\u{302} alone", "ก\u{e49}\u{e4d}", "\u{1F468}\u{200d}\u{1F469}"]
    {
        let rendered = render(&with(&sample(LetterKind::Award), "/purpose", text));
        assert_conforms(&rendered.pdf);
    }
}

#[test]
fn a_long_word_stays_on_the_page() {
    let word = "Llanfairpwllgwyngyll".repeat(20);
    let rendered = render(&with(&sample(LetterKind::Award), "/purpose", &word));
    let mut lines = rendered.text.split(['\n', '\u{c}']);
    assert!(lines.all(|line| line.chars().count() < 130), "{}", rendered.text);
    assert!(pdf_text(&rendered.pdf).contains(&word));
}

#[test]
fn every_letter_is_pdf_ua_and_pdf_a_and_sound() {
    for kind in LetterKind::ALL {
        for data in [sample(kind), bare(&sample(kind))] {
            let pdf = render(&data).pdf;
            assert_conforms(&pdf);
            let checked = tool("qpdf", &["--check", "FILE"], &pdf);
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
            let info = tool("pdfinfo", &["FILE"], &pdf);
            let info = String::from_utf8_lossy(&info.stdout).into_owned();
            assert!(info.contains("Tagged:          yes"), "{info}");
            assert!(info.contains(kind.title()), "{info}");
        }
    }
}

/// How often each structure tag stands in the PDF.
fn tags(pdf: &[u8], tag: &str) -> usize {
    let document = Document::load_mem(pdf).unwrap();
    let is = |object: &Object| {
        object.as_dict().is_ok_and(|dictionary| {
            dictionary.get(b"S").is_ok_and(|name| name.as_name().is_ok_and(|name| name == tag.as_bytes()))
        })
    };
    document.objects.values().filter(|object| is(object)).count()
}

#[test]
fn tables_have_header_cells_and_lists_and_headings_are_real() {
    for (kind, tables, header_cells) in
        [(LetterKind::Award, 3, 7), (LetterKind::Rejection, 2, 4), (LetterKind::Feedback, 2, 6)]
    {
        let pdf = render(&sample(kind)).pdf;
        assert_eq!(tags(&pdf, "Table"), tables, "{kind}");
        assert_eq!(tags(&pdf, "TH"), header_cells, "{kind}");
        assert_eq!(tags(&pdf, "H1"), 1, "{kind}");
        assert!(tags(&pdf, "H2") >= 5, "{kind}");
        assert!(tags(&pdf, "L") >= 2 && tags(&pdf, "LI") >= 6, "{kind}");
        assert!(tags(&pdf, "Link") >= 4, "{kind}");
    }
}

#[test]
fn templates_run_no_text_and_open_nothing() {
    use evenhand::press::DocumentKind;
    use evenhand::press::kind::{BASE, PREAMBLE};
    for text in DocumentKind::ALL.map(DocumentKind::source).into_iter().chain([PREAMBLE, BASE]) {
        for never in ["eval(", "read(", "plugin(", "image(", "@preview", "today("] {
            assert!(!text.contains(never), "a template has {never}");
        }
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let renderer = pool(1, AMPLE);
    for kind in LetterKind::ALL {
        let data = sample(kind);
        let first = render(&data);
        assert_eq!(first.pdf, render(&data).pdf, "{kind}");
        assert_eq!(first, renderer.render(&data).unwrap(), "{kind}");
        let other = render(&with(&data, "/common/letter_reference", "CSF-2026-OTHER"));
        assert_ne!(first.sha256, other.sha256);
    }
}

#[test]
fn bombs_are_refused_or_bounded() {
    let data = sample(LetterKind::Award);
    let engine = Engine::new().unwrap();
    let purpose = |text: &str| engine.render(&with(&data, "/purpose", text));
    for huge in ["\n".repeat(100 * 1024), "word ".repeat(200 * 1024), "e\u{301}".repeat(100_000)] {
        let Err(RenderFault::Text { field, reason }) = purpose(&huge) else { panic!("not refused") };
        assert_eq!((field.as_str(), reason.contains("20000")), ("purpose", true), "{reason}");
    }
    assert!(matches!(purpose("a\u{202e}b"), Err(RenderFault::Text { .. })));
    let began = Instant::now();
    for bounded in ["\n".repeat(20_000), format!("e{}", "\u{301}".repeat(19_999)), "x".repeat(20_000)] {
        let rendered = purpose(&bounded).unwrap();
        assert!(rendered.pages <= 12, "{} pages", rendered.pages);
    }
    // Fields of which each is allowed make a letter that is not.
    let (many, _) = fill(&sample(LetterKind::Feedback), &|_| "word ".repeat(3_900));
    let fault = engine.render(&many).unwrap_err();
    assert!(matches!(fault, RenderFault::TooLong { .. } | RenderFault::TooBig { .. }), "{fault}");
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
}

#[test]
fn a_template_reaches_no_file_package_or_clock() {
    for (body, says) in [
        ("#read(\"/etc/passwd\")", "not found"),
        ("#read(\"preamble.typ\")", "not found"),
        ("#import \"@preview/cetz:0.4.0\": *", "no packages"),
        ("#include \"other.typ\"", "not found"),
        ("#image(\"/etc/passwd\")", "not found"),
    ] {
        let text = format!("#import \"preamble.typ\": *\n#show: letter.with(title: \"T\")\n{body}\n");
        let engine = Engine::new().unwrap().with_template(LetterKind::Award, "award.typ", &text);
        let fault = engine.unwrap().render(&sample(LetterKind::Award)).unwrap_err();
        let RenderFault::Template(diagnostics) = &fault else { panic!("{fault}") };
        let first = diagnostics.first().unwrap();
        assert_eq!((first.file.as_deref(), first.line), (Some("award.typ"), Some(3)), "{fault}");
        assert!(first.message.contains(says), "{fault}");
    }
    let text = "#import \"preamble.typ\": *\n#show: letter.with(title: \"T\")\n= T\n\
                #datetime.today().display()";
    let engine = Engine::new().unwrap().with_template(LetterKind::Award, "award.typ", text).unwrap();
    assert!(engine.render(&sample(LetterKind::Award)).unwrap().text.contains("2026-11-22"));
}

#[test]
fn lint_finds_every_mark_of_an_unfinished_letter() {
    for mark in ["[", "]", "{{", "}}", "TBC", "tbc", "TODO", "XX", "XXXX", "lorem", "Lorem"] {
        let text = format!("The work starts {mark} in Saltby.");
        let data = with(&sample(LetterKind::Award), "/purpose", &text);
        let findings = render(&data).findings;
        let finding = findings.first().unwrap_or_else(|| panic!("{mark} was not found"));
        assert_eq!(finding.kind, FindingKind::Placeholder);
        assert_eq!(finding.field.as_deref(), Some("purpose"));
        assert!(finding.detail.contains(mark));
    }
    for fine in ["Todo Sobre la Calle", "Tbilisi", "Malcolm X centre", "MAXXI", "a (b) {c}"] {
        let data = with(&sample(LetterKind::Award), "/purpose", fine);
        assert_eq!(render(&data).findings, vec![], "{fine}");
    }
}

#[test]
fn lint_reads_the_finished_letter_too() {
    let data = sample(LetterKind::Award);
    for (line, kind) in [
        ("We offer  to the trust", FindingKind::Gap),
        ("Dear , thank you", FindingKind::Gap),
        ("an amount () in words", FindingKind::Gap),
        ("a value missing where the line ends \nand goes on", FindingKind::Gap),
        ("by [date]", FindingKind::Placeholder),
        ("on {{ date }}", FindingKind::Placeholder),
    ] {
        let findings = lint(&data, line);
        assert!(!findings.is_empty() && findings.iter().all(|finding| finding.kind == kind), "{line}");
        assert!(findings.iter().all(|finding| finding.field.is_none()));
    }
    assert_eq!(lint(&data, "costs .50 more, see .org\tand\tcells"), vec![]);
}

#[test]
fn an_empty_field_is_a_finding_and_shows_as_a_gap() {
    for kind in LetterKind::ALL {
        let data = with(&sample(kind), "/common/application_reference", "  ");
        let findings = render(&data).findings;
        let empty = findings.iter().find(|finding| finding.kind == FindingKind::Empty).unwrap();
        assert_eq!(empty.field.as_deref(), Some("common.application_reference"));
    }
}

#[test]
fn amounts_dates_and_scores_must_agree() {
    let cases = [
        (LetterKind::Award, "/offered/words", "fifteen thousand pounds", "offered", FindingKind::Amount),
        (LetterKind::Award, "/offered/figures", "£15,400.00", "offered", FindingKind::Amount),
        (LetterKind::Award, "/ends/words", "31 December 2028", "ends", FindingKind::Date),
        (LetterKind::Feedback, "/weighted/figures", "67.00%", "weighted", FindingKind::Score),
    ];
    for (kind, pointer, text, field, finding) in cases {
        let findings = with(&sample(kind), pointer, text).check();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].field.as_deref(), findings[0].kind), (Some(field), finding));
    }
    let LetterData::Award(mut award) = sample(LetterKind::Award) else { unreachable!() };
    award.payments.pop();
    award.acceptance.deadline = award.common.decision.clone().unwrap().date;
    let findings = LetterData::Award(award).check();
    let fields: Vec<_> = findings.iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["payments", "acceptance.deadline"]);
    let LetterData::Feedback(mut feedback) = sample(LetterKind::Feedback) else { unreachable!() };
    feedback.criteria[0].score = 6;
    feedback.criteria[2].improvements.clear();
    let findings = LetterData::Feedback(feedback).check();
    let fields: Vec<_> = findings.iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["criteria[0].score", "criteria[2].improvements", "weighted"]);
}

fn evenhand(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn letter_check_passes_our_templates_and_places_faults() {
    for kind in LetterKind::ALL {
        let (code, said) = evenhand(&["letter", "check", kind.name()]);
        assert_eq!(code, Some(0), "{said}");
    }
    let folder = scratch("templates");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("award.typ");
    fs::write(&path, "#import \"preamble.typ\": *\n#show: letter\n\n#unknwon-thing\n").unwrap();
    let (code, said) = evenhand(&["letter", "check", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("award.typ:4:2: unknown variable: unknwon-thing"), "{said}");
    assert!(said.contains("hint:"), "{said}");
    fs::write(&path, "#import \"preamble.typ\": *\n#show: letter.with(title: \"T\")\nBy [[date]] TBC").unwrap();
    let (code, said) = evenhand(&["letter", "check", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("TBC"), "{said}");
    let (code, said) = evenhand(&["letter", "check", "invitation"]);
    assert_eq!((code, said.contains("withdrawal, termination")), (Some(1), true), "{said}");
    let text = "#import \"preamble.typ\": *\n#show: letter.with(title: \"T\")\n#if has(d, \"colour\") [x]\n#c.at(\"mood\", default: \"\")";
    fs::write(&path, text).unwrap();
    let (code, said) = evenhand(&["letter", "check", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    for declared in ["award.typ:3: uses d.colour", "award.typ:4: uses c.mood", "does not say"] {
        assert!(said.contains(declared), "{declared}: {said}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn letter_check_reads_the_data_of_a_letter() {
    let json = scratch("checked.json");
    let name = json.to_str().unwrap();
    for kind in LetterKind::ALL {
        fs::write(&json, serde_json::to_string(&sample(kind)).unwrap()).unwrap();
        let (code, said) = evenhand(&["letter", "check", name]);
        assert_eq!(code, Some(0), "{kind}: {said}");
    }
    let mut value = serde_json::to_value(sample(LetterKind::PartialAward)).unwrap();
    value["common"]["wording"] =
        serde_json::json!({ "version": 3, "opening": "Dear {nobody}, ask by 31 February 2027. TODO" });
    value["offered"] = value["requested"].clone();
    fs::write(&json, value.to_string()).unwrap();
    let (code, said) = evenhand(&["letter", "check", name]);
    assert_eq!(code, Some(1), "{said}");
    for finding in [
        "common.wording.opening: {nobody} is no placeholder",
        "common.wording.opening: speaks of 31 February 2027, which is no day",
        "common.wording.opening: contains “TODO”",
        "offered: is not less than what was asked for",
        "payments: add up to",
        "offered.figures: the finished letter does not say",
    ] {
        assert!(said.contains(finding), "{finding}: {said}");
    }
    fs::write(&json, "{}").unwrap();
    let (code, said) = evenhand(&["letter", "check", name]);
    assert_eq!((code, said.contains("kind:")), (Some(2), true), "{said}");
    fs::remove_file(json).unwrap();
}

#[test]
fn letter_render_writes_the_pdf_or_names_the_field() {
    let (json, pdf) = (scratch("data.json"), scratch("out.pdf"));
    let (json_name, pdf_name) = (json.to_str().unwrap(), pdf.to_str().unwrap());
    let mut value = serde_json::to_value(sample(LetterKind::Award)).unwrap();
    fs::write(&json, value.to_string()).unwrap();
    let (code, said) = evenhand(&["letter", "render", "award", json_name, pdf_name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF-1.7"));
    let (code, said) = evenhand(&["letter", "render", "feedback", json_name, pdf_name]);
    assert_eq!((code, said.contains("kind")), (Some(2), true), "{said}");
    value["payments"][1]["amount"]["pence"] = Value::String("many".into());
    fs::write(&json, value.to_string()).unwrap();
    let (code, said) = evenhand(&["letter", "render", "award", json_name, pdf_name]);
    assert_eq!((code, said.contains("payments[1].amount.pence")), (Some(2), true), "{said}");
    value["payments"][1]["amount"]["pence"] = Value::from(580_000);
    value["common"]["recipient"]["organization"] = Value::String("x".into());
    fs::write(&json, value.to_string()).unwrap();
    let (code, said) = evenhand(&["letter", "render", "award", json_name, pdf_name]);
    assert_eq!((code, said.contains("common.recipient.organization")), (Some(2), true), "{said}");
    fs::remove_file(json).unwrap();
    fs::remove_file(pdf).unwrap();
}
