//! A sheet as a workbook (Office Open XML): text is kept as text and numbers as numbers. It refuses formulas, links and
//! macros, since it never writes one.
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Sheet, Value};

/// Row 1 is the header, row 2 the HXL tags if any column has one, as in the CSV. Fails only if there is more than a
/// workbook has room for.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet(), sheet)?;
    workbook.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(sheet.name)?;
    let first = if sheet.is_tagged() { 2_u32 } else { 1 };
    page.set_freeze_panes(first, 0)?;
    let (bold, grey) = (Format::new().set_bold(), Format::new().set_font_color("#666666"));
    for (at, column) in (0_u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, at, &column.title, &bold)?;
        if sheet.is_tagged() {
            page.write_string_with_format(1, at, &column.tag, &grey)?;
        }
    }
    for (down, row) in (first..).zip(&sheet.rows) {
        for (across, value) in (0_u16..).zip(row) {
            put(page, (down, across), value)?;
        }
    }
    Ok(())
}

fn put(page: &mut Worksheet, (row, column): (u32, u16), value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Nothing => return Ok(()),
        Value::Withheld => page.write_string(row, column, Value::WITHHELD),
        Value::Text(text) => page.write_string(row, column, text),
        // A count beyond what a spreadsheet's numbers keep exactly is kept as its text.
        Value::Whole(number) => match i32::try_from(*number) {
            Ok(number) => page.write_number(row, column, number),
            Err(_) => page.write_string(row, column, number.to_string()),
        },
        // A spreadsheet's calendar begins there.
        Value::Day(day) if day.year() < 1900 => page.write_string(row, column, day.to_string()),
        Value::Day(day) => {
            let (iso, day) =
                (Format::new().set_num_format("yyyy-mm-dd"), ExcelDateTime::parse_from_str(&day.to_string())?);
            page.write_datetime_with_format(row, column, day, &iso)
        }
    }
    .map(|_| ())
}
