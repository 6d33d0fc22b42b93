//! Small values without input or output: what every feature speaks in.

pub mod actor;
pub mod column;
pub mod email;
pub mod exact;
pub mod ids;
pub mod marks;
pub mod memo;
pub mod money;
pub mod parallel;
pub mod random;
pub mod registration;
pub mod role;
pub mod statistics;
pub mod text;
pub mod time;
