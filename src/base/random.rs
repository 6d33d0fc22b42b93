//! Randomness, passed in like the clock so that tests can repeat a run.

use std::fmt;
use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// A source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync;

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomError;

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// The operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(|bytes| getrandom::fill(bytes).map_err(|_| RandomError)))
    }

    /// A repeatable sequence for tests and the demonstration: SHA-256 of a seed and a counter.
    #[must_use]
    pub fn seeded(seed: &str) -> Self {
        let seed = seed.to_owned();
        let counter = Mutex::new(0_u64);
        Self(Arc::new(move |bytes| {
            let mut counter = counter.lock().map_err(|_| RandomError)?;
            for chunk in bytes.chunks_mut(32) {
                *counter = counter.wrapping_add(1);
                let block = Sha256::new().chain_update(seed.as_bytes()).chain_update(counter.to_be_bytes()).finalize();
                for (to, from) in chunk.iter_mut().zip(block.iter()) {
                    *to = *from;
                }
            }
            Ok(())
        }))
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// When the operating system has none.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomError> {
        let mut bytes = [0_u8; N];
        (self.0)(&mut bytes)?;
        Ok(bytes)
    }

    /// A token of 256 random bits that nobody can guess, safe in an address (ASVS 11.5.1).
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn token(&self) -> Result<String, RandomError> {
        Ok(BASE64URL_NOPAD.encode(&self.bytes::<32>()?))
    }
}

/// The form in which a token is stored: its SHA-256, so that a copy of the database signs nobody in.
#[must_use]
pub fn token_hash(token: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}
