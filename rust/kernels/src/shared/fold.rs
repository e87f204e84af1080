//! Workgroups numbered along x, then y, because one dimension holds only 65 535 of them.

use crate::spec::Groups;

/// The most workgroups along one dimension.
pub const LIMIT: u32 = 65_535;

/// A dispatch of at least `groups` workgroups; the surplus of the last row finds no item.
#[must_use]
pub fn fold(groups: u32) -> Groups {
    let rows = groups.div_ceil(LIMIT).max(1);
    [groups.div_ceil(rows), rows, 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_every_group_within_the_limit() {
        for groups in
            [0, 1, 2, LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT, 2 * LIMIT + 1, u32::MAX / 256]
        {
            let [x, y, z] = fold(groups);
            assert!(x <= LIMIT && y <= LIMIT && z == 1);
            assert!(u64::from(x) * u64::from(y) >= u64::from(groups));
            assert!(u64::from(x) * u64::from(y) < u64::from(groups) + u64::from(y.max(1)));
        }
        assert_eq!(fold(48), [48, 1, 1]);
    }
}
