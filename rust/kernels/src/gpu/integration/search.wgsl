
// The two least of some bipartitions of a pairing, by the ratio whose half logarithm is Φ_R - I.
struct Least {
    ratio: f32,
    second: f32,
    parts: f32, // of the least: half its logarithm is I_11 + I_22
    mask: u32,
}

fn lesser(a: Least, b: Least) -> Least {
    let first = a.ratio < b.ratio || (a.ratio == b.ratio && a.mask < b.mask);
    var c = b;
    if first {
        c = a;
    }
    c.second = min(min(a.second, b.second), max(a.ratio, b.ratio));
    return c;
}

// Searches every eighth bipartition of a pairing, from `lane` on.
fn search(pairing: u32, lane: u32) -> Least {
    let past = 256u * pairing;
    let present = past + 64u;
    let both = past + 128u;
    let opposed = past + 192u;
    let every = (1u << params.channels) - 1u;
    var least = Least(HUGE, HUGE, 1.0, NONE);
    for (var mask = lane; mask < (1u << (params.channels - 1u)); mask += 8u) {
        if mask == 0u {
            continue;
        }
        let two = mask << 1u;
        let one = every ^ two;
        let own_1 = work[past + one] * work[present + one] / work[both + one];
        let own_2 = work[past + two] * work[present + two] / work[both + two];
        let across_12 = work[past + one] * work[present + two] / work[opposed + one];
        let across_21 = work[past + two] * work[present + one] / work[opposed + two];
        let parts = own_1 * own_2;
        let redundant = min(min(own_1, own_2), min(across_12, across_21));
        least = lesser(least, Least(redundant / parts, HUGE, parts, mask));
    }
    return least;
}

fn put_least(to: u32, least: Least) {
    work[to] = least.ratio;
    work[to + 1u] = least.second;
    work[to + 2u] = least.parts;
    work[to + 3u] = f32(least.mask);
}

fn get_least(at: u32) -> Least {
    return Least(work[at], work[at + 1u], work[at + 2u], u32(work[at + 3u]));
}

fn information(ratio: f32) -> f32 {
    return 0.5 * ln_of(ratio);
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let item = folded(group, groups);
    if item >= params.items {
        return;
    }
    if thread == 0u {
        atomicStore(&varies, 0u);
        atomicStore(&failed, 0u);
        chance = 0.0;
    }
    workgroupBarrier();
    for (var first = 0u; first <= params.permutations; first += ROUND) {
        let here = min(ROUND, params.permutations + 1u - first);
        read_scores(item, thread);
        workgroupBarrier();
        sum_products(first, here, thread);
        if thread < 2u * CHANNELS {
            find_moments(item, thread);
        }
        workgroupBarrier();
        correlate(here, thread);
        for (var job = thread; job < 32u * here; job += THREADS) {
            let pairing = job / 32u;
            let family = job / 8u % 4u;
            let to = 256u * pairing + 64u * family;
            if determinants(pairing * TRIANGLE, family, job % 8u, to) <= 0.0 {
                atomicStore(&failed, 1u);
            }
        }
        workgroupBarrier();
        if thread < 8u * here {
            put_least(FOUND + 4u * thread, search(thread / 8u, thread % 8u));
        }
        workgroupBarrier();
        if thread < here {
            var least = get_least(FOUND + 32u * thread);
            for (var lane = 1u; lane < 8u; lane++) {
                least = lesser(least, get_least(FOUND + 32u * thread + 4u * lane));
            }
            let every = 256u * thread + (1u << params.channels) - 1u;
            let all = work[every] * work[every + 64u] / work[every + 128u];
            // Proven not to be negative: what is, is rounding.
            phi[thread] = max(information(all * least.ratio), 0.0);
            if first + thread == 0u {
                put_least(REAL, least);
                whole = all;
            }
        }
        workgroupBarrier();
        if thread == 0u {
            for (var k = 0u; k < here; k++) {
                chance += select(phi[k], 0.0, first + k == 0u);
            }
        }
        workgroupBarrier();
    }
    if thread != 0u {
        return;
    }
    let real = get_least(REAL);
    let sides = (1u << (2u * params.channels)) - 1u;
    let valid = atomicLoad(&varies) == sides && atomicLoad(&failed) == 0u;
    var found = vec4(0.0);
    var at_mask = NONE;
    if valid {
        let tdmi = max(information(whole), 0.0);
        let own = min(max(information(whole * real.ratio), 0.0), tdmi);
        var excess = 0.0;
        if params.permutations > 0u {
            excess = own - chance / f32(params.permutations);
        }
        let decided = real.second >= HUGE || information(real.second / real.ratio) >= MARGIN;
        at_mask = select(UNDECIDED, real.mask, decided);
        found = vec4(own, excess, select(0.0, information(whole / real.parts), decided), tdmi);
    }
    measures[4u * item] = found.x;
    measures[4u * item + 1u] = found.y;
    measures[4u * item + 2u] = found.z;
    measures[4u * item + 3u] = found.w;
    mask[item] = at_mask;
}
