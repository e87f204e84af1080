//! What makes a step fit its plan.

use hyperphysics_kernels::spec::{Access, Binding, Extent, Kernel, LANES, tiles};

use super::{Buffer, BufferId, Plan, Stage, Step};

impl Plan<'_> {
    /// A step of the last stage, or why it does not fit.
    pub(super) fn checked(
        &self,
        kernel: &'static Kernel,
        params: Vec<u8>,
        ids: &[BufferId],
    ) -> Result<Step, String> {
        let expected = kernel.layout.size;
        if params.len() != expected {
            return Err(format!("params have {} bytes, expected {expected}", params.len()));
        }
        if ids.len() != kernel.bindings.len() {
            return Err(format!("{} buffers, expected {}", ids.len(), kernel.bindings.len()));
        }
        let Some((stage, earlier)) = self.stages.split_last() else {
            return Err("a step needs a stage before it".into());
        };
        if u32::try_from(stage.items).is_err() {
            return Err(format!("{} items, at most 2^32 - 1 in one stage", stage.items));
        }
        let extents = (kernel.extents)(&params);
        if extents.len() != ids.len() {
            return Err(format!("{} extents for {} buffers", extents.len(), ids.len()));
        }
        for ((&id, &extent), binding) in ids.iter().zip(&extents).zip(kernel.bindings) {
            self.fits(stage, earlier, id, extent, binding)
                .map_err(|why| format!("buffer `{}` ({extent:?}) {why}", binding.name))?;
        }
        for (k, id) in ids.iter().enumerate() {
            let twice = |j: usize| {
                ids[j] == *id && [j, k].iter().any(|&i| kernel.bindings[i].access == Access::Write)
            };
            if (0..k).any(twice) {
                let name = kernel.bindings[k].name;
                return Err(format!("buffer `{name}` is bound twice and written"));
            }
        }
        let buffers = ids.iter().copied().zip(extents).collect();
        Ok(Step { kernel, params, buffers })
    }

    fn fits(
        &self,
        stage: &Stage,
        earlier: &[Stage],
        id: BufferId,
        extent: Extent,
        binding: &Binding,
    ) -> Result<(), String> {
        let Some(buffer) = self.buffers.get(id.0) else {
            return Err("is no buffer of this plan".into());
        };
        let here = writer(std::slice::from_ref(stage), id);
        let before = writer(earlier, id);
        let sized = |words: usize| match extent {
            Extent::Shared => Ok(()),
            Extent::PerItem(n) => per_item(words, n, stage.items),
        };
        match (buffer, binding.access) {
            (Buffer::Input(_), Access::Write) => Err("is an input and would be written".into()),
            (_, Access::Write) if extent == Extent::Shared => {
                Err("would be written by every chunk: an output holds words per item".into())
            }
            (_, Access::Write) if here.is_some() || self.is_output(id.0) && before.is_some() => {
                Err("is written by two steps".into())
            }
            (Buffer::Input(data), Access::Read) => sized(data.len()),
            (Buffer::Scratch, Access::Write) => match extent {
                Extent::PerItem(0) => Err("owns no words".into()),
                _ => Ok(()),
            },
            (Buffer::Scratch, Access::Read) => match here {
                None => Err("is scratch that no step of this stage has written".into()),
                Some(written) if written != extent => {
                    Err(format!("is scratch written as {written:?}"))
                }
                Some(_) => Ok(()),
            },
            (Buffer::Output { .. }, Access::Read) if here.is_none() && before.is_none() => {
                Err("is an output that no step has written".into())
            }
            (Buffer::Output { .. }, Access::Read)
                if here.is_some_and(|written| written != extent) =>
            {
                Err("is complete only in the next stage".into())
            }
            (Buffer::Output { words, .. }, _) => sized(*words),
        }
    }
}

/// Extent under which a step of `stages` writes the buffer.
fn writer(stages: &[Stage], id: BufferId) -> Option<Extent> {
    let mut written = stages.iter().flat_map(Stage::written);
    written.find(|&(b, _)| b == id.0).map(|(_, n)| Extent::PerItem(n))
}

/// Whether `words` hold `n` words for each item, plain or in whole tiles.
fn per_item(words: usize, n: usize, items: usize) -> Result<(), String> {
    let (plain, tiled) = (n * items, n * tiles(items) * LANES);
    if n == 0 {
        return Err("owns no words".into());
    }
    if words != plain && words != tiled {
        return Err(format!("has {words} words, expected {plain} (tiled: {tiled})"));
    }
    Ok(())
}
