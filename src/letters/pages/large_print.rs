//! A letter in large print: made when it is asked for, from the letter's stored data and the template that it was made from, which is kept
//! beside it. The same data and template say the same words, whatever the program carries by now.

use actix_web::HttpResponse;

use crate::app::App;
use crate::error::Problem;
use crate::files::sha256;
use crate::letters::Letter;
use crate::letters::model::template;
use crate::press::{LetterData, Order, Print};
use crate::web::Ctx;

/// The letter with every text in at least 16 point.
pub(super) async fn attachment(ctx: &Ctx, letter: Letter) -> Result<HttpResponse, Problem> {
    let name = letter.file_name().replace(".pdf", " large print.pdf");
    let bytes = ctx.press(move |app| made(app, &letter)).await?;
    Ok(ctx.attachment(&name, "application/pdf", bytes))
}

fn made(app: &App, letter: &Letter) -> Result<Vec<u8>, Problem> {
    let sent = letter.pdf_sha256.as_ref().ok_or(Problem::NotFound)?;
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    let kept = app.files.get(&letter.template_sha256).map_err(Problem::internal)?;
    let kept =
        kept.filter(|bytes| sha256(bytes) == letter.template_sha256).and_then(|kept| String::from_utf8(kept).ok());
    if let Some((kept, data)) = kept.and_then(|kept| template::of_kept(&kept, data.clone())) {
        let order = Order::of(&data).printed(Print::Large).from_kept(kept);
        return Ok(app.renderer.carry_out(&order).map_err(Problem::internal)?.pdf);
    }
    // Of letters from before templates were kept, the same bytes show that the template is still the one that they came from.
    let standard = app.renderer.render(&data).map_err(Problem::internal)?;
    if standard.sha256 != *sent {
        return Err(Problem::refused(
            "We cannot make this letter in large print here",
            "The service has changed since the letter was made, so a new print could read differently. Write to us, \
             and we will send you the letter in large print.",
        ));
    }
    let large = app.renderer.carry_out(&Order::of(&data).printed(Print::Large)).map_err(Problem::internal)?;
    Ok(large.pdf)
}
