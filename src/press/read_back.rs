//! The text of a finished letter, read from its laid-out pages.
//!
//! Read from the frames that the PDF is drawn from, rather than from the PDF: the frames hold the
//! text of each run beside its glyphs, so nothing has to be parsed back through fonts and
//! compression, it costs microseconds, and the service needs no PDF reader. The tests compare it
//! with what `pdftotext` reads.

use typst::layout::{Abs, Frame, FrameItem, Point};
use typst_layout::PagedDocument;

use super::{
    prepare::BREAK,
    text::{END_ISOLATE, ISOLATE},
};

/// A line of text for each printed line; cells beside each other are parted by a tab, pages by a
/// form feed.
pub(super) fn read_back(document: &PagedDocument) -> String {
    let mut reader = Reader::default();
    for (index, page) in document.pages().iter().enumerate() {
        if index > 0 {
            reader.end_piece('\u{c}');
            reader.end = None;
        }
        reader.frame(&page.frame, Point::zero());
    }
    reader.text
}

#[derive(Default)]
struct Reader {
    text: String,
    /// Where the last run ended.
    end: Option<Point>,
}

impl Reader {
    fn frame(&mut self, frame: &Frame, origin: Point) {
        for (position, item) in frame.items() {
            let at = origin + *position;
            match item {
                FrameItem::Group(group) => self.frame(&group.frame, at),
                FrameItem::Text(run) => {
                    self.part_from_last(at);
                    // Leave to break a word is no part of it, nor is what keeps a name together.
                    let helps = [BREAK, ISOLATE, END_ISOLATE];
                    self.text.extend(run.text.chars().filter(|character| !helps.contains(character)));
                    self.end = Some(Point::new(at.x + run.width(), at.y));
                }
                _ => {}
            }
        }
    }

    fn part_from_last(&mut self, at: Point) {
        let Some(end) = self.end else { return };
        let slack = Abs::pt(1.0);
        if (at.y - end.y).abs() > slack {
            self.end_piece('\n');
        } else if (at.x - end.x).abs() > slack {
            self.end_piece('\t');
        }
    }

    /// The one space at which a line was broken goes; a second one stays, for it shows a gap.
    fn end_piece(&mut self, mark: char) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
        self.text.push(mark);
    }
}
