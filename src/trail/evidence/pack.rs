//! An archive that is written one file at a time, with the SHA-256 of each; the same data gives the same bytes.

use std::io::{self, Read, Seek, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::Problem;

/// The list of every file with its SHA-256, as `sha256sum -c` reads it.
pub(super) const MANIFEST: &str = "manifest.sha256";

/// An archive being written. It holds the names and hashes of its files, and a buffer of one of them.
pub(super) struct Pack<W: Write + Seek> {
    zip: ZipWriter<W>,
    manifest: String,
    files: usize,
}

/// Writes into a file of the archive and hashes what it writes.
struct Hashed<'a, W: Write + Seek> {
    zip: &'a mut ZipWriter<W>,
    hash: Sha256,
}

impl<W: Write + Seek> Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.zip.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

impl<W: Write + Seek> Pack<W> {
    /// An empty archive.
    pub fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out), manifest: String::new(), files: 0 }
    }

    /// Adds a file that `fill` writes piece by piece.
    pub fn stream(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        // No time of writing and no owner: nothing of the machine is in the archive.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(Problem::internal)?;
        let mut hashed = Hashed { zip: &mut self.zip, hash: Sha256::new() };
        fill(&mut hashed)?;
        let sha256 = HEXLOWER.encode(&hashed.hash.finalize());
        self.manifest.push_str(&format!("{sha256}  {name}\n"));
        self.files = self.files.saturating_add(1);
        Ok(())
    }

    /// Adds a file whose content is there.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.stream(name, |out| out.write_all(bytes).map_err(Problem::internal))
    }

    /// Adds a file from another, piece by piece.
    pub fn copy(&mut self, name: &str, mut from: impl Read) -> Result<(), Problem> {
        self.stream(name, |out| io::copy(&mut from, out).map(|_| ()).map_err(Problem::internal))
    }

    /// Writes the manifest and ends the archive; returns what it was written to, and how many files are in it.
    pub fn finish(mut self) -> Result<(W, usize), Problem> {
        let manifest = std::mem::take(&mut self.manifest);
        self.put(MANIFEST, manifest.as_bytes())?;
        Ok((self.zip.finish().map_err(Problem::internal)?, self.files))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn packed() -> Vec<u8> {
        let mut pack = Pack::new(Cursor::new(Vec::new()));
        pack.put("a.txt", b"hello").unwrap();
        pack.copy("b/c.bin", &b"world"[..]).unwrap();
        let (out, files) = pack.finish().unwrap();
        assert_eq!(files, 3);
        out.into_inner()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_each_has_its_hash() {
        let bytes = packed();
        assert_eq!(bytes, packed());
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut manifest = String::new();
        read.by_name(MANIFEST).unwrap().read_to_string(&mut manifest).unwrap();
        let expected = [("hello", "a.txt"), ("world", "b/c.bin")]
            .map(|(text, name)| format!("{}  {name}\n", crate::files::sha256(text.as_bytes())));
        assert_eq!(manifest, expected.concat());
    }
}
