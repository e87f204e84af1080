//! AVX2 and AVX-512 entry points.
#![allow(unsafe_code)]

mod avx2;
mod avx512;
mod doubles;
mod shuffle;

use super::{Body, Level, Portable};
use avx2::Avx2;
use avx512::Avx512;

#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
fn run_avx2<B: Body>(body: B) -> B::Output {
    body.run::<Avx2>()
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
fn run_avx512<B: Body>(body: B) -> B::Output {
    body.run::<Avx512<false>>()
}

#[inline(never)]
#[target_feature(
    enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx2,fma,bmi1,bmi2,popcnt,lzcnt"
)]
fn run_avx512_vnni<B: Body>(body: B) -> B::Output {
    body.run::<Avx512<true>>()
}

fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt")
}

fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
}

fn has_avx512_vnni() -> bool {
    has_avx512() && is_x86_feature_detected!("avx512vnni")
}

/// Levels above portable that this CPU has.
pub(super) fn levels() -> impl Iterator<Item = Level> {
    let known = [
        (has_avx2(), Level::Avx2),
        (has_avx512(), Level::Avx512),
        (has_avx512_vnni(), Level::Avx512Vnni),
    ];
    known.into_iter().filter_map(|(has, level)| has.then_some(level))
}

/// The fastest level of this CPU (the detection itself is cached by the standard library).
pub(super) fn best() -> Level {
    levels().last().unwrap_or(Level::Portable)
}

pub(super) fn dispatch<B: Body>(level: Level, body: B) -> B::Output {
    match level {
        Level::Portable => body.run::<Portable>(),
        // SAFETY: `level` is one that `levels` found on this CPU.
        Level::Avx2 => unsafe { run_avx2(body) },
        // SAFETY: as above.
        Level::Avx512 => unsafe { run_avx512(body) },
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { run_avx512_vnni(body) },
    }
}
