// One thread per chain; the CPU twin computes the same steps.
struct Params {
    items: u32,
    nodes: u32,
    burn_in: u32,
    sweeps: u32,
    batch: u32,
    pad0: u32,
    pad1: u32,
    pad2: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> couplings: array<u32>;
@group(0) @binding(2) var<storage, read> lattices: array<u32>;
@group(0) @binding(3) var<storage, read> thresholds: array<u32>;
@group(0) @binding(4) var<storage, read> chains: array<u32>;
@group(0) @binding(5) var<storage, read_write> magnetisation: array<u32>;
@group(0) @binding(6) var<storage, read_write> energy: array<u32>;
@group(0) @binding(7) var<storage, read_write> conditional: array<u32>;
@group(0) @binding(8) var<storage, read_write> states: array<u32>;

const LANES: u32 = 16u;
const THREADS: u32 = 64u;
const NODES: u32 = 48u;
const WORDS: u32 = 12u;
const COUPLINGS: u32 = 576u;
const LATTICE: u32 = 51u;
const MULTIPLIER: u32 = 48u;
const LIMIT: u32 = 49u;
const ALL_UP: u32 = 50u;
const CHAIN: u32 = 6u;
const TABLE: u32 = 1024u;
// Words of four rows.
const QUAD: u32 = 768u;
// Words of spins that are updated in one go.
const AHEAD: u32 = 2u;
// Bits of an address in words.
const REACH: u32 = 0xfffffffu;

var<workgroup> table: array<u32, TABLE>;

struct Chain {
    // Bytes of four nodes a word, 1 or -1.
    spins: array<u32, WORDS>,
    // State of the generator.
    a: u32,
    b: u32,
    c: u32,
    // Sums over the updates of what a node that is down after it, or before it, sees: their difference
    // is half of the energy above that with all nodes up.
    after: i32,
    before: i32,
}

// What a sweep needs to know.
struct Sweep {
    // First words of the lattice.
    couplings: u32,
    fields: u32,
    multiplier: u32,
    // Twice the limit.
    ceiling: u32,
    // Where the middle of the thresholds lies: a field of 0 and half of the finest step that the
    // random bits make.
    middle: u32,
    // Number of the first update.
    number: u32,
    // First word of the sums of thresholds.
    sums: u32,
}

// Where the words are that the loop over the nodes is at.
struct Place {
    node: u32,
    // Number of the update.
    number: u32,
    couplings: u32,
    fields: u32,
    sums: u32,
}

// Products with the couplings in word `word` of a row, which begins with its own.
fn four(chain: ptr<function, Chain>, quad: u32, row: u32, word: u32) -> i32 {
    return dot4I8Packed(couplings[row + LANES * word], (*chain).spins[(quad + word) % WORDS]);
}

// Updates node `at` of word `quad` of the first ones, whose row begins at `row`.
fn update(chain: ptr<function, Chain>, sweep: Sweep, place: Place, quad: u32, at: u32, row: u32) {
    let node = 4u * quad + at;
    // The local field, plus the limit.
    var local = bitcast<i32>(lattices[place.fields + node * LANES]);
    local += four(chain, quad, row, 1u);
    local += four(chain, quad, row, 2u);
    local += four(chain, quad, row, 3u);
    local += four(chain, quad, row, 4u);
    local += four(chain, quad, row, 5u);
    local += four(chain, quad, row, 6u);
    local += four(chain, quad, row, 7u);
    local += four(chain, quad, row, 8u);
    local += four(chain, quad, row, 9u);
    local += four(chain, quad, row, 10u);
    local += four(chain, quad, row, 11u);
    local += four(chain, quad, row, 0u);

    let word = (*chain).a + (*chain).b + (place.number + node);
    (*chain).a = (*chain).b ^ ((*chain).b >> 9u);
    (*chain).b = (*chain).c + ((*chain).c << 3u);
    (*chain).c = (((*chain).c << 21u) | ((*chain).c >> 11u)) + word;

    // 18 and 24 bits.
    let step = min(u32(max(local, 0)), sweep.ceiling) * sweep.multiplier;
    let fine = ((word & 0xfffu) << 10u) + sweep.middle;
    let threshold = table[(step + fine) >> 22u];
    let down = select(-1, 0, word < threshold);

    let before = extractBits(bitcast<i32>((*chain).spins[quad]), 8u * at + 7u, 1u);
    (*chain).after += down & local;
    (*chain).before += before & local;
    // The lowest bit of 1 and -1 is set.
    let mask = 0xfeu << (8u * at);
    (*chain).spins[quad] = ((*chain).spins[quad] & ~mask) | (bitcast<u32>(down) & mask);
    conditional[place.sums + node * LANES] += threshold >> 16u;
}

fn update_four(chain: ptr<function, Chain>, sweep: Sweep, place: Place, quad: u32) {
    if params.nodes > place.node + 4u * quad {
        let row = (place.couplings + quad * QUAD) & REACH;
        update(chain, sweep, place, quad, 0u, row);
        update(chain, sweep, place, quad, 1u, row + WORDS * LANES);
        update(chain, sweep, place, quad, 2u, row + 2u * WORDS * LANES);
        update(chain, sweep, place, quad, 3u, row + 3u * WORDS * LANES);
    }
}

// The nodes in their order, AHEAD words at a time; then the words move up, so that the loop knows which
// they are. All in one go, the code would be longer than software rasterisers can take.
fn update_all(chain: ptr<function, Chain>, sweep: Sweep) {
    for (var first = 0u; first < WORDS; first += AHEAD) {
        // Addresses of a known size, so that the places in a row become offsets of the loads.
        var place: Place;
        place.node = 4u * first;
        place.number = sweep.number + 4u * first;
        place.couplings = sweep.couplings + first * QUAD;
        place.fields = (sweep.fields + first * (4u * LANES)) & REACH;
        place.sums = (sweep.sums + first * (4u * LANES)) & REACH;
        update_four(chain, sweep, place, 0u);
        update_four(chain, sweep, place, 1u);
        let moved = (*chain).spins;
        (*chain).spins[0u] = moved[2u];
        (*chain).spins[1u] = moved[3u];
        (*chain).spins[2u] = moved[4u];
        (*chain).spins[3u] = moved[5u];
        (*chain).spins[4u] = moved[6u];
        (*chain).spins[5u] = moved[7u];
        (*chain).spins[6u] = moved[8u];
        (*chain).spins[7u] = moved[9u];
        (*chain).spins[8u] = moved[10u];
        (*chain).spins[9u] = moved[11u];
        (*chain).spins[10u] = moved[0u];
        (*chain).spins[11u] = moved[1u];
    }
}

// Sum of the spins of a word that belong to nodes.
fn counted(chain: ptr<function, Chain>, word: u32) -> i32 {
    let bytes = clamp(i32(params.nodes) - 4 * i32(word), 0, 4);
    let ones = select(0x01010101u >> (32u - 8u * u32(bytes)), 0u, bytes == 0);
    return dot4I8Packed((*chain).spins[word], ones);
}

fn total(chain: ptr<function, Chain>) -> i32 {
    return counted(chain, 0u) + counted(chain, 1u) + counted(chain, 2u) + counted(chain, 3u)
        + counted(chain, 4u) + counted(chain, 5u) + counted(chain, 6u) + counted(chain, 7u)
        + counted(chain, 8u) + counted(chain, 9u) + counted(chain, 10u) + counted(chain, 11u);
}

// Bits of the four nodes of a word that are up, the first lowest.
fn up(chain: ptr<function, Chain>, word: u32) -> u32 {
    let bits = ~(*chain).spins[word];
    return ((bits >> 7u) & 1u) | ((bits >> 14u) & 2u) | ((bits >> 21u) & 4u)
        | ((bits >> 28u) & 8u);
}

fn up_to(chain: ptr<function, Chain>, first: u32) -> u32 {
    return up(chain, first) | (up(chain, first + 1u) << 4u) | (up(chain, first + 2u) << 8u)
        | (up(chain, first + 3u) << 12u);
}

// Bits of the nodes from `first` on.
fn live(first: u32) -> u32 {
    let bits = clamp(i32(params.nodes) - i32(first), 0, 32);
    return select(0xffffffffu >> (32u - u32(bits)), 0u, bits == 0);
}

// Nothing is known of the sums before: those of the sweeps that are not recorded, at first.
fn clear(sums: u32) {
    conditional[sums] = 0u;
    conditional[sums + LANES] = 0u;
    conditional[sums + 2u * LANES] = 0u;
    conditional[sums + 3u * LANES] = 0u;
    conditional[sums + 4u * LANES] = 0u;
    conditional[sums + 5u * LANES] = 0u;
    conditional[sums + 6u * LANES] = 0u;
    conditional[sums + 7u * LANES] = 0u;
}

fn clear_all(sums: u32) {
    clear(sums);
    clear(sums + 8u * LANES);
    clear(sums + 16u * LANES);
    clear(sums + 24u * LANES);
    clear(sums + 32u * LANES);
    clear(sums + 40u * LANES);
}

fn tile(lattice: u32, words: u32) -> u32 {
    return lattice / LANES * (words * LANES) + lattice % LANES;
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    for (var i = thread; i < TABLE; i += THREADS) {
        table[i] = thresholds[i];
    }
    workgroupBarrier();
    let slot = folded(group, groups) * THREADS + thread;
    // Spare lanes of the last tile of 16 repeat the last item.
    if slot >= (params.items + LANES - 1u) / LANES * LANES {
        return;
    }
    let item = min(slot, params.items - 1u);
    let own = CHAIN * item;
    let lattice = chains[own];
    let seed = philox(
        vec4(0u, chains[own + 3u], chains[own + 4u], chains[own + 5u]),
        vec2(chains[own + 1u], chains[own + 2u]),
    );
    var chain: Chain;
    for (var word = 0u; word < WORDS; word++) {
        chain.spins[word] = 0x01010101u;
    }
    chain.a = seed.x;
    chain.b = seed.y;
    chain.c = seed.z;
    chain.after = 0;
    chain.before = 0;

    let fields = tile(lattice, LATTICE);
    let multiplier = lattices[fields + MULTIPLIER * LANES] & 0xffffffu;
    let limit = lattices[fields + LIMIT * LANES] & 0x1ffffu;
    let all_up = bitcast<i32>(lattices[fields + ALL_UP * LANES]);
    let batches = (params.sweeps + params.batch - 1u) / params.batch;
    var next = tile(slot, batches * NODES);

    var sweep: Sweep;
    sweep.couplings = tile(lattice, COUPLINGS);
    sweep.fields = fields;
    sweep.ceiling = 2u * limit;
    // At infinite temperature every state is as likely as the others.
    sweep.multiplier = 0u;
    sweep.middle = (512u << 22u) | 512u;
    sweep.sums = next;
    var bytes = 0u;
    // Recorded sweeps left of the batch.
    var left = 0u;
    for (var number = 0u; number <= params.burn_in + params.sweeps; number++) {
        let recorded = number - params.burn_in - 1u;
        if number > params.burn_in {
            if left == 0u {
                left = params.batch;
                sweep.sums = next;
                next += NODES * LANES;
                clear_all(sweep.sums);
            }
            left--;
        }
        sweep.number = number * NODES;
        update_all(&chain, sweep);
        if number == 0u {
            sweep.multiplier = multiplier;
            sweep.middle -= limit * multiplier;
        }
        if number > params.burn_in {
            // The lowest byte is the first of four sweeps.
            let at = recorded % 4u;
            let spins = total(&chain);
            bytes = select(bytes, 0u, at == 0u) | ((bitcast<u32>(spins) & 0xffu) << (8u * at));
            magnetisation[(params.sweeps + 3u) / 4u * item + recorded / 4u] = bytes;
            let extra = i32(limit) * (i32(params.nodes) - spins);
            let risen = 2 * (chain.after - chain.before) - extra;
            energy[params.sweeps * item + recorded] = bitcast<u32>(all_up + risen);
        }
    }
    let first = up_to(&chain, 0u) | (up_to(&chain, 4u) << 16u);
    states[2u * item] = first & live(0u);
    states[2u * item + 1u] = up_to(&chain, 8u) & live(32u);
}
