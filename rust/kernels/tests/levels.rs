//! Every CPU twin on every instruction set of this machine.

mod common;

use hyperphysics_kernels::REGISTRY;
use hyperphysics_kernels::simd;
use hyperphysics_kernels::spec::{Case, Elem, Kernel};

/// The same bits wherever multiply-add is fused; elsewhere integers exactly and floats within
/// the kernel's tolerance. One test, because the selected level is global.
#[test]
fn levels_agree() {
    let (levels, best) = (simd::available(), simd::level());
    for kernel in REGISTRY {
        for case in (kernel.cases)() {
            simd::select(Some(best));
            let expected = common::run(kernel, &case);
            for &level in &levels {
                simd::select(Some(level));
                let got = common::run(kernel, &case);
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

/// Items do not see each other: a run over the first items of a case gives their values.
#[test]
fn items_are_independent() {
    use hyperphysics_kernels::spec::{Access, Extent};
    for kernel in REGISTRY {
        for case in (kernel.cases)().into_iter().filter(|case| case.items > 1) {
            let whole = common::run(kernel, &case);
            let items = case.items.div_ceil(2).min(21);
            let mut part = Case { items, ..case.clone() };
            part.params[..4].copy_from_slice(&(items as u32).to_ne_bytes());
            let extents = (kernel.extents)(&case.params);
            let inputs =
                extents.iter().zip(kernel.bindings).filter(|(_, b)| b.access == Access::Read);
            for (input, (extent, _)) in part.inputs.iter_mut().zip(inputs) {
                if let Extent::PerItem(n) = extent {
                    input.truncate(n * items);
                }
            }
            let part = common::run(kernel, &part);
            let outputs =
                extents.iter().zip(kernel.bindings).filter(|(_, b)| b.access == Access::Write);
            for ((got, whole), (extent, binding)) in part.iter().zip(&whole).zip(outputs) {
                let Extent::PerItem(n) = extent else { panic!("outputs are per item") };
                // A tiled output holds whole tiles; those that are complete in both compare.
                let words = n * if common::tiled(binding) { items / 16 * 16 } else { items };
                assert!(got[..words] == whole[..words], "{}, {}", kernel.name, case.name);
            }
        }
    }
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
            common::close(got.into(), expected.into(), bound.into(), what);
        }
    }
}
