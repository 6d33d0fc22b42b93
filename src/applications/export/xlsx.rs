//! Sheets as a workbook: amounts are numbers, days are days, text is text.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Cell, ExportError, Sheet};

/// Most characters that a cell can hold.
const MOST: usize = 32_767;

struct Formats {
    head: Format,
    text: Format,
    money: Format,
    number: Format,
    day: Format,
    moment: Format,
}

/// Sheets as XLSX.
pub(crate) fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, ExportError> {
    let top = || Format::new().set_align(FormatAlign::Top);
    let formats = Formats {
        head: top().set_bold().set_text_wrap(),
        text: top().set_text_wrap(),
        money: top().set_num_format("£#,##0.00"),
        number: top().set_num_format("0"),
        day: top().set_num_format("d mmm yyyy"),
        moment: top().set_num_format("d mmm yyyy hh:mm"),
    };
    let mut book = new_book()?;
    let mut taken: Vec<String> = Vec::new();
    for sheet in sheets {
        let name = sheet_name(&sheet.name, &taken);
        taken.push(name.to_lowercase());
        fill(book.add_worksheet().set_name(name)?, sheet, &formats)?;
    }
    Ok(book.save_to_buffer()?)
}

/// A workbook that says the same day of itself whenever it is written: the same data give the same bytes.
pub(crate) fn new_book() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    Ok(book)
}

fn fill(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    for (place, column) in sheet.columns.iter().enumerate() {
        let place = column_number(place)?;
        page.write_string_with_format(0, place, cut(&column.title), &formats.head)?;
        page.set_column_width(place, f64::from(column.width))?;
    }
    for (number, row) in sheet.rows.iter().enumerate() {
        let number = u32::try_from(number).ok().and_then(|number| number.checked_add(1));
        let number = number.ok_or(XlsxError::RowColumnLimitError)?;
        for (place, cell) in row.iter().enumerate() {
            write(page, number, column_number(place)?, cell, formats)?;
        }
    }
    page.set_freeze_panes(1, 1)?;
    let last_row = u32::try_from(sheet.rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    let last_column = column_number(sheet.columns.len().saturating_sub(1))?;
    page.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

fn column_number(place: usize) -> Result<u16, XlsxError> {
    u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError)
}

fn write(page: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        // Never `write`, which would guess: a string stays a string, whatever it begins with.
        Cell::Text(text) => {
            page.write_string_with_format(row, column, cut(text), &formats.text)?;
        }
        Cell::Money(amount) => {
            page.write_number_with_format(row, column, exact(&amount.plain())?, &formats.money)?;
        }
        Cell::Number(number) => {
            page.write_number_with_format(row, column, exact(&number.to_string())?, &formats.number)?;
        }
        Cell::Day(day) => {
            page.write_datetime_with_format(row, column, excel_day(*day)?, &formats.day)?;
        }
        Cell::Moment(at) => {
            let (hour, minute) = at.london_hour_minute();
            let (hour, minute) = (u16::from(hour.unsigned_abs()), u8::try_from(minute).unwrap_or(0));
            let moment = excel_day(at.london_date())?.and_hms(hour, minute, 0)?;
            page.write_datetime_with_format(row, column, moment, &formats.moment)?;
        }
    }
    Ok(())
}

/// A workbook's number: the nearest to the decimal text, which shows the same to far more figures than money has.
fn exact(decimal: &str) -> Result<f64, XlsxError> {
    decimal.parse().map_err(|_| XlsxError::ParameterError(format!("{decimal} is no number")))
}

fn excel_day(day: jiff::civil::Date) -> Result<ExcelDateTime, XlsxError> {
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), part(day.month()), part(day.day()))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).collect() }
}

/// A name that a sheet may have: 31 characters, none of `[]:*?/\`, no quote at an end, and not taken.
fn sheet_name(name: &str, taken: &[String]) -> String {
    let plain: String = name
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { ' ' } else { c })
        .collect();
    let base: String = plain.trim().chars().take(31).collect();
    if !taken.contains(&base.to_lowercase()) {
        return base;
    }
    let start: String = base.chars().take(26).collect();
    (2..).map(|number| format!("{start} ({number})")).find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_a_name_that_it_may_have() {
        assert_eq!(sheet_name("Budget [A/B]: 'x'", &[]), "Budget  A B    x");
        let long = "x".repeat(40);
        let first = sheet_name(&long, &[]);
        assert_eq!(first.len(), 31);
        let second = sheet_name(&long, &[first.to_lowercase()]);
        assert!(second.len() <= 31 && second.ends_with("(2)"), "{second}");
    }
}
