//! The trail as a page.

use crate::web::Entry;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    vec![]
}
