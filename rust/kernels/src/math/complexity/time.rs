//! Integrated autocorrelation time.

/// Sokal's window constant: the window is the first lag of at least this many times.
pub const WINDOW: f64 = 5.0;

/// Autocorrelation of series.
#[derive(Clone, Debug, PartialEq)]
pub struct Autocorrelation {
    /// `τ = ½ + Σ_{k=1..window} ρ(k)`, in steps of the series.
    pub time: f64,
    /// Last lag that counts.
    pub window: usize,
    /// ρ(0) = 1 to ρ(window).
    pub lags: Vec<f64>,
}

/// Integrated autocorrelation time of series that share one law, with Sokal's automatic window:
/// the first lag M with `M >= constant · t(M)`, `t(M) = 1 + 2 Σ_{k=1..M} ρ(k)`, `τ = t/2`
/// (the convention of emcee; its value is `t`).
///
/// ρ(k) is the sum of products k steps apart over all series, about their common mean, over that
/// at lag 0, so that series stuck in different states show a long time. Where no lag fulfils the
/// condition, the last one is the window and the time is too short. `None` where the values are
/// all equal, not finite, or none.
///
/// Sources: Sokal 1997; Foreman-Mackey et al. 2013.
#[must_use]
pub fn autocorrelation<S: AsRef<[f64]>>(series: &[S], constant: f64) -> Option<Autocorrelation> {
    let count = series.iter().map(|s| s.as_ref().len()).sum::<usize>();
    let mean = series.iter().flat_map(AsRef::as_ref).sum::<f64>() / count as f64;
    let centred: Vec<Vec<f64>> =
        series.iter().map(|s| s.as_ref().iter().map(|x| x - mean).collect()).collect();
    let products = |lag: usize| {
        let one = |s: &Vec<f64>| s.iter().zip(s.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>();
        centred.iter().map(one).sum::<f64>()
    };
    let power = products(0);
    if !(power.is_finite() && power > 0.0) {
        return None;
    }
    let longest = centred.iter().map(Vec::len).max().unwrap_or(0);
    let mut lags = vec![1.0];
    let mut time = 1.0;
    while lags.len() < longest && ((lags.len() - 1) as f64) < constant * time {
        let rho = products(lags.len()) / power;
        lags.push(rho);
        time += 2.0 * rho;
    }
    Some(Autocorrelation { time: 0.5 * time, window: lags.len() - 1, lags })
}
