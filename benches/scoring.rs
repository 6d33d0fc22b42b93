//! How long a whole ranking takes, by number of applications: 6 criteria, 3 assessors, made-up but
//! fixed data.

#![expect(clippy::expect_used, reason = "a bench may stop when its own data are wrong")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::base::exact::Decimal4;
use evenhand::base::marks::{CriterionRule, Scale};
use evenhand::base::money::Pence;
use evenhand::decisions::rules::{Candidate, CutMode, RoundRules, rank};

const CRITERIA: [(&str, &str); 6] =
    [("NEED", "25"), ("OUTC", "30"), ("PLAN", "15"), ("COST", "12.5"), ("TEAM", "10"), ("LEGA", "7.5")];
const ASSESSORS: u64 = 3;

fn decimal(text: &str) -> Decimal4 {
    Decimal4::parse(text).expect("a decimal")
}

fn rules(applications: u64) -> RoundRules {
    let criterion = |(code, weight): (&str, &str)| CriterionRule {
        code: code.to_owned(),
        weight: decimal(weight),
        minimum: Some(1),
    };
    RoundRules {
        // About a third of what is asked for.
        pot: Pence::new(i64::try_from(applications).expect("few enough") * 500_000),
        overcommit: decimal("0.1"),
        cut: CutMode::Skip,
        partial_min: None,
        scale: Scale { min: 0, max: 10 },
        pass_mark: decimal("40"),
        quorum: 2,
        spread_flag: 3,
        tie_break: vec!["OUTC".to_owned(), "NEED".to_owned()],
        criteria: CRITERIA.map(criterion).into(),
    }
}

/// Spreads a counter evenly and without pattern (splitmix64): the same data on every run.
fn mix(counter: u64) -> u64 {
    let z = counter.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn below(seed: u64, bound: u64) -> i32 {
    i32::try_from(mix(seed) % bound).expect("a small bound")
}

fn candidate(number: u64) -> Candidate {
    let seed =
        |criterion: usize, assessor: u64| number * 64 + u64::try_from(criterion).expect("few criteria") * 8 + assessor;
    let mark = |criterion, assessor| Some(below(seed(criterion, assessor), 11));
    let sheet = |criterion| (0..ASSESSORS).map(|assessor| mark(criterion, assessor)).collect();
    Candidate {
        reference: format!("A-{number}"),
        ask: Pence::new(i64::from(below(number, 30_000)) * 100),
        gates_met: !number.is_multiple_of(20),
        sheets: (0..CRITERIA.len()).map(sheet).collect(),
        agreed: (0..CRITERIA.len()).map(|criterion| mark(criterion, ASSESSORS)).collect(),
        tie_choice: None,
    }
}

fn ranking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rank");
    group.sample_size(10);
    for applications in [100, 1_000, 10_000, 100_000] {
        let rules = rules(applications);
        let candidates: Vec<Candidate> = (0..applications).map(candidate).collect();
        group.throughput(Throughput::Elements(applications));
        group.bench_with_input(BenchmarkId::from_parameter(applications), &candidates, |bencher, candidates| {
            bencher.iter(|| rank(black_box(&rules), black_box(candidates)));
        });
    }
    group.finish();
}

criterion_group!(benches, ranking);
criterion_main!(benches);
