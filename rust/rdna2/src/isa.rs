//! Reads ACO's RDNA2 listing: blocks, loops from backward branches, lane-cycles.

use std::collections::{BTreeMap, BTreeSet};

/// Issue slots of one lane that a vector instruction takes; 0 for anything else.
///
/// Quarter rate (transcendentals, 32-bit multiplies) is 4, `f64` is 16, 64-bit shifts are 2, as in
/// ACO's own model of the chip. Scalar, LDS and memory instructions issue beside vector ones.
#[must_use]
pub fn lane_cycles(opcode: &str) -> u32 {
    const TRANSCENDENTAL: [&str; 8] =
        ["v_rcp_", "v_rsq_", "v_sqrt_", "v_log_", "v_exp_", "v_sin_", "v_cos_", "v_mad_u64_"];
    const MULTIPLY: [&str; 5] =
        ["v_mul_lo_u32", "v_mul_hi_u32", "v_mul_lo_i32", "v_mul_hi_i32", "v_mad_i64_i32"];
    if !opcode.starts_with("v_") {
        0
    } else if opcode.contains("_f64") {
        16
    } else if MULTIPLY.contains(&opcode) || TRANSCENDENTAL.iter().any(|t| opcode.starts_with(t)) {
        4
    } else if opcode.ends_with("rev_b64") || opcode.ends_with("rev_i64") {
        2
    } else {
        1
    }
}

/// Opcodes of a run of blocks, encoding suffixes removed, with how often each stands there.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Region(pub BTreeMap<String, u32>);

impl Region {
    /// Instructions whose opcode starts with `prefix`.
    #[must_use]
    pub fn count(&self, prefix: &str) -> u32 {
        self.0.iter().filter(|(op, _)| op.starts_with(prefix)).map(|(_, n)| n).sum()
    }

    /// 32-bit words that a lane stores to memory.
    #[must_use]
    pub fn words_stored(&self) -> u32 {
        let words = |opcode: &str| match opcode.split_once("_store_dword") {
            Some((_, "")) => 1,
            Some((_, vector)) => vector.trim_start_matches('x').parse().unwrap_or(1),
            None => 0,
        };
        self.0.iter().map(|(opcode, n)| n * words(opcode)).sum()
    }

    /// Instructions on `f64`.
    #[must_use]
    pub fn doubles(&self) -> u32 {
        self.0.iter().filter(|(op, _)| op.contains("_f64")).map(|(_, n)| n).sum()
    }

    /// Lane-cycles of its vector instructions.
    #[must_use]
    pub fn lane_cycles(&self) -> u32 {
        self.0.iter().map(|(op, n)| n * lane_cycles(op)).sum()
    }
}

/// An innermost loop and two passes through it. Where waves branch as a whole the passes take one
/// side; where lanes diverge the heaviest runs through both and the lightest skips what it may.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Loop {
    /// Label of its head.
    pub label: String,
    /// Pass of fewest lane-cycles.
    pub lightest: Region,
    /// Pass of most lane-cycles.
    pub heaviest: Region,
}

#[derive(Debug, Default)]
struct Block {
    label: String,
    opcodes: Vec<String>,
    targets: Vec<String>,
    falls_through: bool,
}

/// A parsed listing.
#[derive(Debug)]
pub struct Listing {
    blocks: Vec<Block>,
    successors: Vec<Vec<usize>>,
}

impl Listing {
    /// Parses a listing: `BBn:` starts a block, indented lines are instructions.
    #[must_use]
    pub fn parse(assembly: &str) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        for line in assembly.lines() {
            if let Some(label) = line.strip_suffix(':').filter(|l| l.starts_with("BB")) {
                blocks.push(Block { label: label.into(), falls_through: true, ..Block::default() });
                continue;
            }
            let Some(block) = blocks.last_mut().filter(|_| line.starts_with(char::is_whitespace))
            else {
                continue;
            };
            let mut words = line.split_whitespace();
            match words.next() {
                // `(then repeated N times)` stands for N more of the instruction before it.
                Some("(then") => {
                    let times = words.nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                    let again = block.opcodes.last().cloned();
                    block.opcodes.extend(again.into_iter().cycle().take(times));
                }
                Some(opcode) => {
                    block.opcodes.push(plain(opcode).into());
                    if opcode.starts_with("s_branch") || opcode.starts_with("s_cbranch") {
                        block.targets.extend(words.next().map(Into::into));
                    }
                    if matches!(opcode, "s_branch" | "s_endpgm" | "s_setpc_b64") {
                        block.falls_through = false;
                    }
                }
                None => {}
            }
        }
        let index: BTreeMap<&str, usize> =
            blocks.iter().enumerate().map(|(i, b)| (b.label.as_str(), i)).collect();
        let successors = blocks
            .iter()
            .enumerate()
            .map(|(i, block)| {
                let next = (block.falls_through && i + 1 < blocks.len()).then_some(i + 1);
                let branches = block.targets.iter().filter_map(|t| index.get(t.as_str()).copied());
                branches.chain(next).collect()
            })
            .collect();
        Self { blocks, successors }
    }

    /// The whole program.
    #[must_use]
    pub fn program(&self) -> Region {
        self.region(0..self.blocks.len())
    }

    /// Loops that contain no other loop, in program order.
    #[must_use]
    pub fn innermost(&self) -> Vec<Loop> {
        let loops = self.loops();
        loops
            .iter()
            .filter(|(head, body)| !loops.keys().any(|h| h != *head && body.contains(h)))
            .map(|(_, body)| Loop {
                label: self.blocks[body.first().copied().unwrap_or(0)].label.clone(),
                lightest: self.pass(body, |new, old| new < old),
                heaviest: self.pass(body, |new, old| new > old),
            })
            .collect()
    }

    /// The pass from the head of an innermost loop back to it that `better` prefers by lane-cycles.
    fn pass(&self, body: &BTreeSet<usize>, better: fn(u32, u32) -> bool) -> Region {
        let Some(&head) = body.first() else { return Region::default() };
        let mut best: BTreeMap<usize, (u32, Vec<usize>)> = BTreeMap::new();
        let mut closed: Option<(u32, Vec<usize>)> = None;
        best.insert(head, (0, Vec::new()));
        // Blocks stand in topological order but for the branches back to the head.
        for &block in body {
            let Some((mut cycles, mut path)) = best.remove(&block) else { continue };
            cycles += self.region([block]).lane_cycles();
            path.push(block);
            for &next in self.successors[block].iter().filter(|n| body.contains(n)) {
                let old = if next == head { closed.as_ref() } else { best.get(&next) };
                if old.is_none_or(|(old, _)| better(cycles, *old)) {
                    let new = (cycles, path.clone());
                    if next == head {
                        closed = Some(new);
                    } else {
                        best.insert(next, new);
                    }
                }
            }
        }
        self.region(closed.map(|(_, path)| path).unwrap_or_default())
    }

    /// Natural loops by head: the blocks that reach a backward branch without passing the head.
    fn loops(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut loops: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, successors) in self.successors.iter().enumerate() {
            for &head in successors.iter().filter(|&&head| head <= from) {
                let body = loops.entry(head).or_insert_with(|| BTreeSet::from([head]));
                let mut open = vec![from];
                while let Some(block) = open.pop() {
                    if body.insert(block) {
                        let before = self.successors.iter().enumerate();
                        open.extend(before.filter(|(_, s)| s.contains(&block)).map(|(i, _)| i));
                    }
                }
            }
        }
        loops
    }

    fn region(&self, blocks: impl IntoIterator<Item = usize>) -> Region {
        let mut region = Region::default();
        for block in blocks.into_iter().map(|i| &self.blocks[i]) {
            for opcode in &block.opcodes {
                *region.0.entry(opcode.clone()).or_default() += 1;
            }
        }
        region
    }
}

/// The opcode without its encoding.
fn plain(opcode: &str) -> &str {
    ["_e32", "_e64", "_dpp8", "_dpp", "_sdwa"]
        .iter()
        .find_map(|suffix| opcode.strip_suffix(suffix))
        .unwrap_or(opcode)
}
