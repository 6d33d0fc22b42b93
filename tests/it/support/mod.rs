//! What a test stands on.

pub mod actors;
pub mod app;
pub mod builders;
pub mod db;
pub mod deciding;
pub mod forms;
pub mod hostile;
pub mod letters;
pub mod pages;
pub mod served;
pub mod smtp;
mod valid;

pub use actors::{Browser, Reply};
pub use app::TestWorld;
pub use db::Kind;
pub use forms::PageForm;

/// Two tests of one body: `name::sqlite` and `name::postgres`, each with a world of its own.
///
/// ```text
/// on_both! {
///     /// What must hold.
///     fn a_sentence(world) { … }
///     async fn another(world) { … }
/// }
/// ```
macro_rules! on_both {
    () => {};
    ($(#[$meta:meta])* fn $name:ident($world:ident) $body:block $($rest:tt)*) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            fn run($world: TestWorld) $body

            #[test]
            fn sqlite() {
                run(TestWorld::start($crate::support::Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                run(TestWorld::start($crate::support::Kind::Postgres));
            }
        }
        on_both! { $($rest)* }
    };
    ($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block $($rest:tt)*) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($world: &TestWorld) $body

            fn block(world: &TestWorld) {
                actix_web::rt::System::new().block_on(run(world));
            }

            #[test]
            fn sqlite() {
                block(&TestWorld::start($crate::support::Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                block(&TestWorld::start($crate::support::Kind::Postgres));
            }
        }
        on_both! { $($rest)* }
    };
}
