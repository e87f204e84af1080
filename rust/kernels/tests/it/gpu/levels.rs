//! Every CPU twin on every instruction set of this machine.

use hyperphysics_kernels::gpu::REGISTRY;
use hyperphysics_kernels::simd;
use hyperphysics_kernels::spec::{Access, Case, Elem, Extent, Kernel, LANES, tiles};

/// The same bits wherever multiply-add is fused; elsewhere integers exactly and floats within
/// the kernel's tolerance.
#[test]
fn levels_agree() {
    // The selected level is global to the process, and tests run side by side.
    if crate::common::ran_alone("gpu::levels::levels_agree") {
        return;
    }
    let (levels, best) = (simd::available(), simd::level());
    for kernel in REGISTRY {
        for case in (kernel.cases)() {
            simd::select(Some(best));
            let expected = crate::common::run(kernel, &case);
            for &level in &levels {
                simd::select(Some(level));
                let got = crate::common::run(kernel, &case);
                let what = format!("{}, {}, {}", kernel.name, case.name, level.name());
                if level.fused() == best.fused() {
                    assert_eq!(got, expected, "{what}");
                } else {
                    near(kernel, &got, &expected, &what);
                }
            }
        }
    }
    simd::select(None);
}

/// Items do not see each other: a run over some of the items of a case gives their values.
#[test]
fn items_are_independent() {
    for kernel in REGISTRY {
        for case in (kernel.cases)().into_iter().filter(|case| case.items > LANES) {
            let whole = crate::common::run(kernel, &case);
            let part = crate::common::run(kernel, &first_items(kernel, &case, LANES + 1));
            // Tiled or not, the first sixteen items own the first words.
            let per_item =
                |output: &[u32], items: usize| output.len() / items.next_multiple_of(LANES);
            for (part, whole) in part.iter().zip(&whole) {
                let words = LANES * per_item(whole, case.items);
                assert_eq!(words, LANES * per_item(part, LANES + 1));
                assert!(part[..words] == whole[..words], "{}, {}", kernel.name, case.name);
            }
        }
    }
}

fn first_items(kernel: &Kernel, case: &Case, items: usize) -> Case {
    let mut part = Case { items, ..case.clone() };
    part.params[..4].copy_from_slice(&(items as u32).to_ne_bytes());
    let bindings = kernel.bindings.iter().zip((kernel.extents)(&case.params));
    let inputs = bindings.filter(|(binding, _)| binding.access == Access::Read);
    for (input, (_, extent)) in part.inputs.iter_mut().zip(inputs) {
        if let Extent::PerItem(n) = extent {
            // A tile is whole where values come in tiles.
            input.truncate(n * tiles(items) * LANES);
        }
    }
    part
}

fn near(kernel: &Kernel, got: &[Vec<u32>], expected: &[Vec<u32>], what: &str) {
    for ((got, expected), binding) in got.iter().zip(expected).zip(kernel.outputs()) {
        for (at, (&got, &expected)) in got.iter().zip(expected).enumerate() {
            if binding.elem == Elem::U32 {
                assert_eq!(got, expected, "{what}: {}[{at}]", binding.name);
                continue;
            }
            let (got, expected) = (f32::from_bits(got), f32::from_bits(expected));
            let bound = kernel.tolerance.absolute + kernel.tolerance.relative * expected.abs();
            crate::common::close(got.into(), expected.into(), bound.into(), what);
        }
    }
}
