//! The listing reader against a loop counted by hand.

use crate::Test;
use hyperphysics_rdna2::isa::{Listing, lane_cycles};

/// The tests of this module.
pub(crate) const TESTS: &[Test] = &tests![
    only_the_innermost_loop_counts_and_without_its_exit,
    passes_take_one_side_of_a_branch,
    the_program_is_all_of_it,
    no_listing_has_no_loops,
    a_loop_of_one_block_is_a_loop,
    rates_are_those_of_rdna2,
    stores_count_by_their_words
];

/// An outer loop (BB1 to BB7) around an inner one (BB2 to BB5) in which waves take one of two sides
/// (BB3 or BB4); BB6 leaves the inner loop from its middle.
const LISTING: &str = "\
BB0:
\ts_mov_b32 s0, 0                                             ; be800380
BB1:
\tv_mov_b32_e32 v0, 0                                         ; 7e000280
BB2:
\tv_cmp_gt_u32_e64 vcc, s1, v0                                ; d4c40000
\ts_cbranch_vccz BB6                                          ; bf860000
\ts_cbranch_scc0 BB4                                          ; bf840004
BB3:
\tv_sqrt_f32_e32 v1, v1                                       ; 7e026701
\tv_fma_f64 v[2:3], v[2:3], v[2:3], v[2:3]                    ; d54c0002
\ts_branch BB5                                                ; bf820000
BB4:
\tv_add_f32_dpp v1, v1, v1 row_shr:1                          ; 060202fa
\t(then repeated 2 times)
BB5:
\tds_read_b32 v4, v5                                          ; d8d80000
\tv_lshlrev_b64 v[6:7], 3, v[6:7]                             ; d6ff0006
\ts_branch BB2                                                ; bf82fff0
BB6:
\tv_mul_lo_u32 v8, v8, v8                                     ; d5690008
BB7:
\ts_cbranch_scc1 BB1                                          ; bf85ffe0
\ts_endpgm                                                    ; bf810000
";

fn only_the_innermost_loop_counts_and_without_its_exit() {
    let loops = Listing::parse(LISTING).innermost();
    assert_eq!(loops.len(), 1);
    let inner = &loops[0];
    assert_eq!(inner.label, "BB2");
    assert_eq!(inner.heaviest.count("v_mul_lo_u32"), 0, "BB6 runs once, after the loop");
    assert_eq!(inner.heaviest.count("ds_"), 1);
}

fn passes_take_one_side_of_a_branch() {
    let inner = Listing::parse(LISTING).innermost().remove(0);
    // Compare 1, square root 4, f64 16, 64-bit shift 2.
    assert_eq!(inner.heaviest.lane_cycles(), 1 + 4 + 16 + 2);
    // Compare 1, an addition written once and repeated twice, shift 2.
    assert_eq!(inner.lightest.lane_cycles(), 1 + 3 + 2);
    assert_eq!(inner.lightest.count("v_add_f32"), 3);
}

fn the_program_is_all_of_it() {
    let program = Listing::parse(LISTING).program();
    assert_eq!(program.doubles(), 1);
    assert_eq!(program.count("s_endpgm"), 1);
    // Both sides of the branch, what stands around the loop, and nothing for scalar and LDS.
    assert_eq!(program.lane_cycles(), 1 + 1 + 20 + 3 + 2 + 4);
}

fn no_listing_has_no_loops() {
    for text in ["", "shader disassembly unavailable", "BB0:\n", "BB0:\n\ts_endpgm\n"] {
        let listing = Listing::parse(text);
        assert!(listing.innermost().is_empty());
        assert_eq!(listing.program().lane_cycles(), 0);
    }
}

fn a_loop_of_one_block_is_a_loop() {
    let text = "BB0:\n\tv_exp_f32_e32 v0, v0\n\ts_cbranch_scc1 BB0\n\ts_endpgm\n";
    let loops = Listing::parse(text).innermost();
    assert_eq!(loops.len(), 1);
    assert_eq!(loops[0].heaviest.lane_cycles(), 4);
}

fn rates_are_those_of_rdna2() {
    for (opcode, cycles) in [
        ("v_fma_f32", 1),
        ("v_dot4c_i32_i8", 1),
        ("v_rcp_iflag_f32", 4),
        ("v_mul_hi_u32", 4),
        ("v_mul_u32_u24", 1),
        ("v_mad_u64_u32", 4),
        ("v_mad_u32_u24", 1),
        ("v_exp_f32", 4),
        ("v_rsq_f64", 16),
        ("v_cvt_f64_f32", 16),
        ("v_ashrrev_i64", 2),
        ("s_mul_i32", 0),
        ("buffer_load_dwordx4", 0),
        ("ds_add_u32", 0),
    ] {
        assert_eq!(lane_cycles(opcode), cycles, "{opcode}");
    }
}

fn stores_count_by_their_words() {
    let text = "BB0:\n\tbuffer_store_dword v1, v2\n\tbuffer_store_dwordx4 v[0:3], v4\n\t\
                global_store_dwordx2 v0, v[1:2]\n\tbuffer_load_dwordx4 v[0:3], v4\n\ts_endpgm\n";
    assert_eq!(Listing::parse(text).program().words_stored(), 7);
}
