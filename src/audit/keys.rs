//! The two keys outside the database: one for the HMAC of every record, one that signs checkpoints.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use secrecy::{ExposeSecret, SecretBox};

use crate::base::random::Random;

/// The keys of a data folder.
pub struct Keys {
    trail: SecretBox<[u8; 32]>,
    checkpoint: SigningKey,
    forms: SecretBox<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(secret)")
    }
}

/// A key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key {path} cannot be used: {cause}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        cause: String,
    },
    /// Others can read it.
    #[error("the key {0} can be read by others; run: chmod 600 {0}")]
    Open(String),
    /// It is not 64 hexadecimal characters.
    #[error("the key {0} is damaged: it must be 64 hexadecimal characters")]
    Damaged(String),
}

impl Keys {
    /// Reads the keys of `folder`, making those that are not there, each readable by its owner alone.
    ///
    /// # Errors
    /// When a key cannot be read or made, is damaged, or can be read by others.
    pub fn open(folder: &Path, random: &Random) -> Result<Self, KeyError> {
        fs::create_dir_all(folder).map_err(|e| fault(folder, &e))?;
        let seed = key_file(&folder.join("checkpoint.key"), random)?;
        Ok(Self {
            trail: SecretBox::new(Box::new(key_file(&folder.join("trail.key"), random)?)),
            checkpoint: SigningKey::from_bytes(&seed),
            forms: SecretBox::new(Box::new(key_file(&folder.join("forms.key"), random)?)),
        })
    }

    /// The key of the trail's HMAC.
    #[must_use]
    pub fn trail(&self) -> &[u8] {
        self.trail.expose_secret()
    }

    /// The key that ties a form to a session (CSRF).
    #[must_use]
    pub fn forms(&self) -> &[u8] {
        self.forms.expose_secret()
    }

    /// Signs a checkpoint's text.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.checkpoint.sign(text).to_bytes()
    }

    /// The public half of the checkpoint key: give it to whoever is to check without trusting this machine.
    #[must_use]
    pub fn checkpoint_public(&self) -> VerifyingKey {
        self.checkpoint.verifying_key()
    }
}

fn key_file(path: &Path, random: &Random) -> Result<[u8; 32], KeyError> {
    if !path.exists() {
        let key = random.bytes::<32>().map_err(|e| fault(path, &e))?;
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| fault(path, &e))?;
        writeln!(file, "{}", HEXLOWER.encode(&key)).map_err(|e| fault(path, &e))?;
        file.sync_all().map_err(|e| fault(path, &e))?;
    }
    let mode = fs::metadata(path).map_err(|e| fault(path, &e))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyError::Open(path.display().to_string()));
    }
    let text = fs::read_to_string(path).map_err(|e| fault(path, &e))?;
    HEXLOWER
        .decode(text.trim().as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or_else(|| KeyError::Damaged(path.display().to_string()))
}

fn fault(path: &Path, cause: &dyn fmt::Display) -> KeyError {
    KeyError::File { path: path.display().to_string(), cause: cause.to_string() }
}
