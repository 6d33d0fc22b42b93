//! The workbook as it goes out.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Worksheet, XlsxError};

use super::{Column, FIRST, HEADS, Open, SCORES, columns};
use crate::applications::new_book;
use crate::error::Problem;
use crate::rounds::RoundDefinition;
use crate::scoring::model::{Line, Part};
use crate::scoring::rules::mark_words;

struct Formats {
    head: Format,
    fixed: Format,
    text: Format,
    mark: Format,
}

/// The workbook of a member's bids: one sheet to fill in, and one that says how.
///
/// # Errors
/// When it cannot be written.
pub(in crate::scoring) fn workbook(
    definition: &RoundDefinition,
    round: &str,
    bids: &[Open],
) -> Result<Vec<u8>, Problem> {
    made(definition, round, bids).map_err(Problem::internal)
}

fn made(definition: &RoundDefinition, round: &str, bids: &[Open]) -> Result<Vec<u8>, XlsxError> {
    let top = || Format::new().set_align(FormatAlign::Top);
    let formats = Formats {
        head: top().set_bold().set_text_wrap(),
        fixed: top().set_text_wrap().set_background_color(0x00EE_F4F4),
        text: top().set_text_wrap(),
        mark: top().set_num_format("0"),
    };
    let mut book = new_book()?;
    scores(book.add_worksheet().set_name(SCORES)?, definition, bids, &formats)?;
    help(book.add_worksheet().set_name("How to fill it in")?, definition, round, &formats)?;
    book.save_to_buffer()
}

fn number(place: usize) -> Result<u16, XlsxError> {
    u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError)
}

fn scores(
    page: &mut Worksheet,
    definition: &RoundDefinition,
    bids: &[Open],
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (place, head) in HEADS.iter().enumerate() {
        page.write_string_with_format(0, number(place)?, *head, &formats.head)?;
        page.set_column_width(number(place)?, if place == 3 { 10 } else { 20 })?;
    }
    let columns = columns(definition);
    let last = u32::try_from(bids.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    for (place, column) in columns.iter().enumerate() {
        let place = number(FIRST + place)?;
        page.write_string_with_format(0, place, &column.title, &formats.head)?;
        page.set_column_width(place, if column.part == Part::Mark { 8 } else { 40 })?;
        if column.part == Part::Mark && last > 0 {
            page.add_data_validation(1, place, last, place, &list(definition)?)?;
        }
    }
    for (row, bid) in (1_u32..).zip(bids) {
        for (place, text) in [&bid.reference, &bid.organisation, &bid.title].into_iter().enumerate() {
            page.write_string_with_format(row, number(place)?, text, &formats.fixed)?;
        }
        page.write_number_with_format(row, 3, bid.version, &formats.fixed)?;
        for (place, column) in columns.iter().enumerate() {
            fill(page, (row, number(FIRST + place)?), (column, bid.lines.get(column.code)), formats)?;
        }
    }
    page.set_freeze_panes(1, 1)?;
    Ok(())
}

/// The marks of the scale, to choose from.
fn list(definition: &RoundDefinition) -> Result<DataValidation, XlsxError> {
    let marks: Vec<String> = (definition.scale.min..=definition.scale.max).map(|mark| mark.to_string()).collect();
    DataValidation::new()
        .allow_list_strings(&marks)?
        .set_error_title("Not on the scale")?
        .set_error_message(format!("Choose a whole number from {} to {}", definition.scale.min, definition.scale.max))
}

fn fill(
    page: &mut Worksheet,
    (row, place): (u32, u16),
    (column, line): (&Column<'_>, Option<&Line>),
    formats: &Formats,
) -> Result<(), XlsxError> {
    let Some(line) = line else { return Ok(()) };
    match (column.part, line.mark) {
        (Part::Mark, Some(mark)) => {
            page.write_number_with_format(row, place, mark, &formats.mark)?;
        }
        (Part::Mark, None) => {}
        // Never `write`, which would guess: text stays text, whatever it begins with.
        (part, _) => {
            let text = line.text(part);
            if !text.is_empty() {
                page.write_string_with_format(row, place, text, &formats.text)?;
            }
        }
    }
    Ok(())
}

fn help(page: &mut Worksheet, definition: &RoundDefinition, round: &str, formats: &Formats) -> Result<(), XlsxError> {
    page.set_column_width(0, 24)?;
    page.set_column_width(1, 100)?;
    let mut rows = vec![
        ("Round".to_owned(), round.to_owned()),
        (
            "What to fill in".to_owned(),
            "The white cells of the sheet Scores. Leave rows and columns where they are, and the coloured cells as they are. You \
             may leave cells empty, and rows that you have not done."
                .to_owned(),
        ),
        (
            "When you are done".to_owned(),
            "Save it as XLSX and upload it where you downloaded it. Every cell is checked first: nothing is written unless all of \
             it is right. Your sheets are then drafts: submit each on its page."
                .to_owned(),
        ),
        ("Who may see it".to_owned(), "You alone. Do not send it to anybody.".to_owned()),
    ];
    rows.extend(definition.criteria.iter().map(|one| (format!("{}: {}", one.code, one.title), one.prompt.clone())));
    rows.extend(definition.scale.points.iter().map(|one| (mark_words(definition, one.mark), one.descriptor.clone())));
    for (row, (head, text)) in (0_u32..).zip(&rows) {
        page.write_string_with_format(row, 0, head, &formats.head)?;
        page.write_string_with_format(row, 1, text, &formats.text)?;
    }
    Ok(())
}
