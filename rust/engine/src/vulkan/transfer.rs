//! Words to the device and back.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::time::Duration;

use bytemuck::cast_slice;
use wgpu::{Buffer, CommandEncoderDescriptor, MapMode, PollType, SubmissionIndex};

use super::Gpu;
use super::failure::{Failure, go_on};

/// Bytes that are copied between host and device at once.
const PIECE: usize = 32 << 20;
/// A chunk that takes longer than this is given up. Drivers reset the device after 10 s or less.
const PATIENCE: Duration = Duration::from_secs(30);

impl Gpu {
    /// Waits until a submission has finished.
    pub(super) fn wait(&self, submission: SubmissionIndex) -> Result<(), Failure> {
        let kind = PollType::Wait { submission_index: Some(submission), timeout: Some(PATIENCE) };
        let polled = self.opened.device.poll(kind);
        self.opened.healthy()?;
        polled.map(drop).map_err(|error| match error {
            wgpu::PollError::Timeout => Failure::Timeout,
            // What was submitted did not arrive: the device no longer takes work.
            wgpu::PollError::WrongSubmissionIndex(..) => Failure::Lost(error.to_string()),
        })
    }

    /// Copies words to a buffer, in pieces, so that the driver's own copies stay small.
    pub(super) fn upload(
        &self,
        words: &[u32],
        buffer: &Buffer,
        cancel: &AtomicBool,
    ) -> Result<(), Failure> {
        let mut offset = 0;
        for piece in words.chunks(PIECE / 4) {
            go_on(cancel)?;
            let write = || self.opened.queue.write_buffer(buffer, offset, cast_slice(piece));
            self.opened.guarded(write)?;
            offset += 4 * piece.len() as u64;
            if words.len() > PIECE / 4 {
                let sent = self.opened.guarded(|| self.opened.queue.submit([]))?;
                self.wait(sent)?;
            }
        }
        Ok(())
    }

    /// Copies buffers back, each with its length in words, through `staging`.
    pub(super) fn download(
        &self,
        sources: &[(&Buffer, usize)],
        staging: &Buffer,
        cancel: &AtomicBool,
    ) -> Result<Vec<Vec<u32>>, Failure> {
        let lengths = || sources.iter().map(|(_, words)| *words);
        let mut outputs: Vec<Vec<u32>> = lengths().map(Vec::with_capacity).collect();
        for piece in cut(lengths(), PIECE / 4) {
            go_on(cancel)?;
            self.fetch(sources, &piece, staging, &mut outputs)?;
        }
        Ok(outputs)
    }

    /// Copies one stagingful.
    fn fetch(
        &self,
        sources: &[(&Buffer, usize)],
        piece: &[Piece],
        staging: &Buffer,
        outputs: &mut [Vec<u32>],
    ) -> Result<(), Failure> {
        let opened = &self.opened;
        let copied = opened.guarded(|| {
            let mut encoder =
                opened.device.create_command_encoder(&CommandEncoderDescriptor::default());
            let mut at = 0;
            for part in piece {
                let (from, bytes) = (4 * part.first as u64, 4 * part.words as u64);
                encoder.copy_buffer_to_buffer(sources[part.source].0, from, staging, at, bytes);
                at += bytes;
            }
            let submission = opened.queue.submit([encoder.finish()]);
            let (send, receive) = mpsc::channel();
            // The receiver lives until the wait below is over; nobody misses a later answer.
            staging.map_async(MapMode::Read, 0..at, move |mapped| drop(send.send(mapped)));
            (submission, receive, at)
        });
        let (submission, receive, bytes) = copied?;
        self.wait(submission)?;
        match receive.try_recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(Failure::Lost(error.to_string())),
            Err(_) => return Err(Failure::Timeout),
        }
        let view = staging
            .get_mapped_range(0..bytes)
            .map_err(|error| Failure::Rejected(error.to_string()))?;
        let mut at = 0;
        for part in piece {
            let output = &mut outputs[part.source];
            let old = output.len();
            output.resize(old + part.words, 0);
            let target: &mut [u8] = bytemuck::cast_slice_mut(&mut output[old..]);
            target.copy_from_slice(&view[at..at + target.len()]);
            at += target.len();
        }
        drop(view);
        staging.unmap();
        Ok(())
    }
}

/// Bytes of the staging buffer for `total` bytes.
pub(super) fn staging_bytes(total: usize) -> usize {
    total.min(PIECE)
}

/// Words of one source that travel together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    source: usize,
    first: usize,
    words: usize,
}

/// Cuts sources of these lengths into stagingfuls of at most `limit` words.
fn cut(lengths: impl Iterator<Item = usize>, limit: usize) -> Vec<Vec<Piece>> {
    let (mut all, mut room) = (Vec::new(), 0);
    for (source, length) in lengths.enumerate() {
        let mut first = 0;
        while first < length {
            if room == 0 {
                all.push(Vec::new());
                room = limit;
            }
            let words = room.min(length - first);
            if let Some(last) = all.last_mut() {
                last.push(Piece { source, first, words });
            }
            (first, room) = (first + words, room - words);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_every_word_once() {
        let lengths = [0, 5, 1, 0, 17, 3];
        for limit in [1, 4, 26, 100] {
            let all = cut(lengths.into_iter(), limit);
            assert!(all.iter().all(|p| p.iter().map(|x| x.words).sum::<usize>() <= limit));
            let mut next = [0; 6];
            for piece in all.iter().flatten() {
                assert_eq!(next[piece.source], piece.first);
                next[piece.source] += piece.words;
            }
            assert_eq!(next, lengths);
        }
    }
}
