//! A letter in large print: made when it is asked for, from the letter's stored data, and always the same bytes.

use actix_web::HttpResponse;

use crate::app::App;
use crate::error::Problem;
use crate::letters::Letter;
use crate::press::{LetterData, Order, Print};
use crate::web::Ctx;

/// The letter with every text in at least 16 point.
pub(super) async fn attachment(ctx: &Ctx, letter: Letter) -> Result<HttpResponse, Problem> {
    let name = letter.file_name().replace(".pdf", " large print.pdf");
    let bytes = ctx.block(move |app| made(app, &letter)).await?;
    Ok(ctx.attachment(&name, "application/pdf", bytes))
}

/// Nothing keeps the large print beside the letter, so the letter itself is made again first: the same bytes show that data,
/// template and typesetter are still those that the letter came from, and the large print says what the letter says.
fn made(app: &App, letter: &Letter) -> Result<Vec<u8>, Problem> {
    let kept = letter.pdf_sha256.as_ref().ok_or(Problem::NotFound)?;
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    let standard = app.renderer.render(&data).map_err(Problem::internal)?;
    if standard.sha256 != *kept {
        return Err(Problem::refused(
            "We cannot make this letter in large print here",
            "The service has changed since the letter was made, so a new print could read differently. Write to us, \
             and we will send you the letter in large print.",
        ));
    }
    let large = app.renderer.carry_out(&Order::of(&data).printed(Print::Large)).map_err(Problem::internal)?;
    Ok(large.pdf)
}
