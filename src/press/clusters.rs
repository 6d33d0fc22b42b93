//! Letters that are drawn in parts are told once.
//!
//! Typst starts a new run of text where a part of a letter stands higher or lower than the part before, such as the dots of an
//! Arabic letter or the second of two accents, and each of the runs says the whole letter: copied or read aloud, a name would
//! have it twice. The runs that share a letter are joined again here, with the height as an offset of the glyph.

use typst::{
    layout::{Abs, Em, Frame, FrameItem, Point},
    model::Document,
    text::TextItem,
};
use typst_layout::PagedDocument;

/// The document with every letter in one run; none when that is how it is.
pub(super) fn mended(document: &PagedDocument) -> Option<PagedDocument> {
    if !document.pages().iter().any(|page| needs_mending(&page.frame)) {
        return None;
    }
    let pages = document.pages().iter().map(|page| {
        let mut page = page.clone();
        page.frame = mend(&page.frame);
        page
    });
    Some(PagedDocument::new(pages.collect(), document.info().clone()))
}

fn needs_mending(frame: &Frame) -> bool {
    let mut last: Option<&TextItem> = None;
    frame.items().any(|(_, item)| match item {
        FrameItem::Text(run) => last.replace(run).is_some_and(|before| share_a_letter(before, run)),
        FrameItem::Group(group) => {
            last = None;
            needs_mending(&group.frame)
        }
        _ => {
            last = None;
            false
        }
    })
}

fn mend(frame: &Frame) -> Frame {
    let mut whole = frame.clone();
    whole.clear();
    let mut last: Option<(Point, TextItem)> = None;
    for (position, item) in frame.items() {
        if let FrameItem::Text(run) = item {
            last = match last.take() {
                None => Some((*position, run.clone())),
                Some((at, before)) => match joined(at, &before, *position, run) {
                    Some(both) => Some((at, both)),
                    None => {
                        whole.push(at, FrameItem::Text(before));
                        Some((*position, run.clone()))
                    }
                },
            };
            continue;
        }
        if let Some((at, run)) = last.take() {
            whole.push(at, FrameItem::Text(run));
        }
        let mut item = item.clone();
        if let FrameItem::Group(group) = &mut item {
            group.frame = mend(&group.frame);
        }
        whole.push(*position, item);
    }
    if let Some((at, run)) = last {
        whole.push(at, FrameItem::Text(run));
    }
    whole
}

/// Whether the last glyph of a run and the first of the next are parts of one letter: they come from one place of the source.
fn share_a_letter(before: &TextItem, after: &TextItem) -> bool {
    let (Some(last), Some(first)) = (before.glyphs.last(), after.glyphs.first()) else { return false };
    // Beyond that, places are no longer told apart.
    last.span == first.span
        && last.span.1 < u16::MAX
        && before.font == after.font
        && before.size == after.size
        && before.text.get(last.range()) == after.text.get(first.range())
}

/// Both runs as one, if they share a letter and stand beside each other.
fn joined(at: Point, before: &TextItem, next: Point, after: &TextItem) -> Option<TextItem> {
    let (last, first) = (before.glyphs.last()?.range(), after.glyphs.first()?.range());
    let beside = (at.x + before.width() - next.x).abs() < Abs::pt(0.01);
    if !beside || !share_a_letter(before, after) {
        return None;
    }
    // From left to right the shared letter ends the first text, from right to left it begins it.
    let (text, shift_before, shift_after) = if last.end == before.text.len() && first.start == 0 {
        (format!("{}{}", before.text, after.text.get(first.end..)?), 0, last.start)
    } else if last.start == 0 && first.end == after.text.len() {
        (format!("{}{}", after.text.get(..first.start)?, before.text), first.start, 0)
    } else {
        return None;
    };
    u16::try_from(text.len()).ok()?;
    let (shift_before, shift_after) = (u16::try_from(shift_before).ok()?, u16::try_from(shift_after).ok()?);
    let higher = Em::from_abs(at.y - next.y, before.size);
    let mut whole = before.clone();
    whole.text = text.into();
    for glyph in &mut whole.glyphs {
        glyph.range = glyph.range.start + shift_before..glyph.range.end + shift_before;
    }
    whole.glyphs.extend(after.glyphs.iter().cloned().map(|mut glyph| {
        glyph.range = glyph.range.start + shift_after..glyph.range.end + shift_after;
        glyph.y_offset += higher;
        glyph
    }));
    Some(whole)
}
