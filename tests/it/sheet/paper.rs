//! The panel pack: every bid with its criteria, tagged, and the same bytes each time.

use evenhand::press::Engine;
use evenhand::press::panel_pack::sample;

use super::{PIA, RHYS, default_definition, panel};
use crate::support::TestWorld;
use crate::support::letters::{AMPLE, assert_conforms, pdf_text, pool, squeeze};

#[test]
fn the_sample_is_tagged_sound_and_the_same_bytes_from_a_child() {
    let pack = sample();
    let made = Engine::new().unwrap().render(&pack).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!((made.findings.as_slice(), made.warnings.as_slice()), (&[][..], &[][..]));
    assert_conforms(&made.pdf);
    assert_eq!(made, pool(1, AMPLE).render(&pack).unwrap());
    let mut none = pack;
    none.bids.clear();
    let made = Engine::new().unwrap().render(&none).unwrap_or_else(|fault| panic!("{fault}"));
    assert_conforms(&made.pdf);
    assert!(made.text.contains("There is no bid for you to score."));
}

on_both! {
    fn a_pack_has_the_members_bids_and_no_other(world) {
        let panel = panel(&world, 2);
        let (pia, rhys) = (world.sign_in(PIA), world.sign_in(RHYS));
        let path = format!("{}/pack", panel.offline());
        let made = pia.get(&path).expect_status(200);
        assert_eq!(made.header("content-type").as_deref(), Some("application/pdf"));
        assert_conforms(&made.bytes);
        assert_eq!(made.bytes, pia.get(&path).bytes, "the same bids are the same bytes");
        let printed = pdf_text(&made.bytes);
        let definition = default_definition();
        let mut wanted = vec!["for Pia Panel alone".to_owned(), "Young people: 40".to_owned()];
        wanted.extend(panel.bids.iter().cloned());
        wanted.extend(definition.criteria.iter().flat_map(|one| [one.title.clone(), one.prompt.clone()]));
        wanted.extend(definition.scale.points.iter().map(|one| one.descriptor.clone()));
        for text in wanted {
            assert!(printed.contains(&squeeze(&text)), "{text}: {printed}");
        }
        assert!(!printed.contains("ann@charity.example") && !printed.contains("01164960000"), "{printed}");
        let his = pdf_text(&rhys.get(&path).expect_status(200).bytes);
        assert!(his.contains(&panel.bids[1]) && !his.contains(&panel.bids[0]), "{his}");
        let one = pia.get(&format!("{}/pack", panel.sheet(0))).expect_status(200);
        assert_conforms(&one.bytes);
        let printed = pdf_text(&one.bytes);
        assert!(printed.contains(&panel.bids[0]) && !printed.contains(&panel.bids[1]));
        rhys.get(&format!("{}/pack", panel.sheet(0))).expect_status(404);
    }
}
