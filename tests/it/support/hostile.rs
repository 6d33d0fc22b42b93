//! Five hundred names and texts that a typesetter could trip over, made by rule: the same ones each time, on each machine.

/// A generator of numbers without chance (an LCG; its upper bits).
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub fn one_of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Letters and endings of a script: a word is made of the first, each followed by one of the second.
struct Script {
    name: &'static str,
    letters: &'static str,
    endings: &'static [&'static str],
}

const SCRIPTS: [Script; 14] = [
    Script {
        name: "Latin", letters: "abdeghilmnorstuwyÂâêîôûŵŷáéÓłżśćŃçşğıİøåßæœþðőűřžđ", endings: &[""]
    },
    Script {
        name: "Vietnamese", letters: "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ", endings: &["", "n", "ng"]
    },
    Script {
        name: "accents",
        letters: "aeiounwxqk",
        endings: &["\u{301}", "\u{302}\u{323}", "\u{304}\u{308}\u{301}", "\u{303}\u{331}"],
    },
    Script {
        name: "Greek", letters: "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώΑΔΘΛΞΣΦΨΩ", endings: &[""]
    },
    Script {
        name: "Cyrillic", letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяґєіїЉЊЋЏў", endings: &[""]
    },
    Script {
        name: "Arabic",
        letters: "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگے",
        endings: &["", "", "", "\u{64e}", "\u{651}"],
    },
    Script {
        name: "Hebrew", letters: "אבגדהוזחטיכלמנסעפצקרשתךםןףץ", endings: &["", "", "\u{5b8}"]
    },
    Script {
        name: "Devanagari",
        letters: "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
        endings: &["", "ा", "ि", "ी", "ु", "े", "ो", "ं", "्र"],
    },
    Script {
        name: "Bengali", letters: "কখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহ", endings: &["", "া", "ি", "ী", "ু", "ে", "্য"]
    },
    Script {
        name: "Gujarati", letters: "કખગઘચછજઝટઠડઢણતથદધનપફબભમયરલવશષસહ", endings: &["", "ા", "િ", "ી", "ુ", "ે", "ો"]
    },
    Script {
        name: "Gurmukhi", letters: "ਕਖਗਘਚਛਜਝਟਠਡਢਣਤਥਦਧਨਪਫਬਭਮਯਰਲਵਸਹ", endings: &["", "ਾ", "ਿ", "ੀ", "ੁ", "ੇ", "ੋ"]
    },
    Script {
        name: "Tamil", letters: "கஙசஞடணதநபமயரலவழளறன", endings: &["", "ா", "ி", "ீ", "ு", "ெ", "ை", "்"]
    },
    Script {
        name: "Chinese",
        letters: "中国龙龍舟會会社区青年体育文化教育安全家庭妇女老人音乐藝術學校橋河山水火",
        endings: &[""],
    },
    Script {
        name: "symbols", letters: "✓✗♥☎➜①②★☆■●◆→←↑↓≤≥≠±×÷½¼€£©®™§¶†‡•…‰🎉😀🎵🏆🐝🌍🚲", endings: &["", " "]
    },
];

/// What means something to typst, HTML, a spreadsheet, a shell, a database, a template or a reader's eye.
const MARKS: [&str; 40] = [
    "#read(\"/etc/passwd\")",
    "#eval(\"1 + 1\")",
    "#import \"@preview/cetz:0.4.0\": *",
    "#set page(width: 1pt)",
    "#pagebreak()",
    "#panic(\"x\")",
    "*bold* _thin_ `code`",
    "```rust fn main() {}```",
    "$x^2 / sqrt(y)$",
    "@reference <label>",
    "\\ \\u{41} \\#",
    "= Heading",
    "- item",
    "+ item",
    "/ term: text",
    "// comment",
    "/* comment */",
    "~ -- --- ...",
    "'single' \"double\"",
    "\u{2018}a\u{2019} \u{201c}b\u{201d} \u{ab}c\u{bb}",
    "<script>alert(1)</script>",
    "<b onclick=x>&amp;&lt;</b>",
    "<!-- -->",
    "=SUM(A1:A9)",
    "+44 1632 960114",
    "@cmd|'/c calc'!A0",
    "'; DROP TABLE letters; --",
    "$(reboot) `reboot` | rm -rf /",
    "%s %n {0} ${HOME}",
    "{{ letter }} {% if x %}",
    "(a) (b) ((c",
    "http://example.org/a?b=c&d=%20",
    "mailto:x@example.org",
    "C:\\temp\\new",
    "https://example.org/very/long/path/that/goes/on/and/on/and/on",
    "0x41 1e9 -0 NaN",
    "null undefined None true",
    "E = mc²",
    "a\u{a0}b",
    "fi ff ffi st ct",
];

/// A word of a script, of so many letters.
fn word(script: &Script, numbers: &mut Numbers, letters: usize) -> String {
    let all: Vec<char> = script.letters.chars().collect();
    (0..letters).fold(String::new(), |mut word, _| {
        word.push(all[numbers.below(all.len())]);
        word.push_str(numbers.one_of(script.endings));
        word
    })
}

fn words(script: &Script, numbers: &mut Numbers) -> String {
    let count = 1 + numbers.below(4);
    let words: Vec<String> = (0..count)
        .map(|_| {
            let letters = 2 + numbers.below(8);
            word(script, numbers, letters).trim().to_owned()
        })
        .collect();
    words.join(" ")
}

/// The texts, each with what it is. Each begins with a number of its own, so that none is found in another.
pub fn texts() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for script in &SCRIPTS {
        for number in 0..16 {
            let mut numbers = Numbers::new(u64::try_from(all.len()).unwrap());
            let text = match number % 4 {
                0 | 1 => words(script, &mut numbers),
                // Beside Latin words, brackets and figures.
                2 => format!("The {} Trust ({}), 2026", words(script, &mut numbers), words(script, &mut numbers)),
                _ => format!(
                    "{}\u{2019}s \u{201c}{}\u{201d}: 50%",
                    words(script, &mut numbers),
                    words(script, &mut numbers)
                ),
            };
            all.push((script.name.to_owned(), text));
        }
        // A word that no line holds.
        let mut numbers = Numbers::new(9_000 + u64::try_from(all.len()).unwrap());
        all.push((format!("long {}", script.name), word(script, &mut numbers, 120).replace(' ', "")));
    }
    // Two scripts beside each other.
    for (place, first) in SCRIPTS.iter().enumerate() {
        for second in SCRIPTS.iter().skip(place + 1) {
            let mut numbers = Numbers::new(20_000 + u64::try_from(all.len()).unwrap());
            let text = format!("{} / {}", words(first, &mut numbers), words(second, &mut numbers));
            all.push((format!("{} and {}", first.name, second.name), text));
        }
    }
    for mark in MARKS {
        all.push(("marks".to_owned(), mark.to_owned()));
        let mut numbers = Numbers::new(30_000 + u64::try_from(all.len()).unwrap());
        let script = &SCRIPTS[numbers.below(SCRIPTS.len())];
        all.push(("marks and words".to_owned(), format!("{mark} {} {mark}", words(script, &mut numbers))));
    }
    // Names of five thousand characters.
    for script in &SCRIPTS {
        let mut numbers = Numbers::new(40_000 + u64::try_from(all.len()).unwrap());
        let mut name = String::new();
        while name.chars().count() < 5_000 {
            name.push_str(&words(script, &mut numbers));
            name.push(' ');
        }
        all.push((format!("5,000 characters of {}", script.name), name.chars().take(5_000).collect()));
    }
    let mut numbers = Numbers::new(50_000);
    while all.len() < 500 {
        let parts = [numbers.one_of(&MARKS), numbers.one_of(&MARKS), numbers.one_of(&MARKS)];
        all.push(("marks upon marks".to_owned(), parts.concat()));
    }
    all.into_iter()
        .enumerate()
        .map(|(number, (what, text))| (what, format!("n{number}n {} n{number}n", text.trim())))
        .collect()
}
