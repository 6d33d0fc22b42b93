use super::*;

fn known(account: i32, name: &str, email: &str) -> Known {
    Known { account: AccountId::new(account), name: name.to_owned(), email: email.to_owned(), takes: true, limit: None }
}

fn bids() -> BTreeMap<String, KnownBid> {
    let ids = |ids: &[i32]| ids.iter().map(|id| AccountId::new(*id)).collect::<BTreeSet<_>>();
    let first = KnownBid {
        application: Some(ApplicationId::new(1)),
        standing: ids(&[1, 2]),
        submitted: ids(&[2]),
        barred: BTreeMap::from([(AccountId::new(3), Bar::Conflict)]),
    };
    let second = KnownBid { application: Some(ApplicationId::new(2)), ..KnownBid::default() };
    BTreeMap::from([("CSF-1".to_owned(), first), ("CSF-2".to_owned(), second)])
}

fn people() -> Vec<Known> {
    let mut people = vec![
        known(1, "Pia Panel", "pia@panel.example"),
        known(2, "Rhys Panel", "rhys@panel.example"),
        known(3, "Dora Double", "dora@panel.example"),
        known(4, "Pia Panel", "other@panel.example"),
    ];
    people[1].limit = Some(1);
    people
}

fn head() -> Vec<String> {
    HEADINGS.iter().map(|heading| (*heading).to_owned()).chain([format!("{STAMP}abc")]).collect()
}

fn row(reference: &str, member: &str, email: &str, take_off: &str, note: &str) -> Vec<String> {
    [reference, "", "", member, email, "", take_off, note].map(ToOwned::to_owned).to_vec()
}

fn judged(rows: Vec<Vec<String>>) -> Result<Vec<RosterLine>, Vec<String>> {
    let roster = read_roster(std::iter::once(head()).chain(rows).collect()).unwrap();
    judge_roster(&roster.rows, &bids(), &people())
        .map_err(|faults| faults.list().iter().map(|fault| fault.message.clone()).collect())
}

#[test]
fn a_moved_column_is_named() {
    let mut moved = head();
    moved.swap(3, 4);
    let faults = read_roster(vec![moved]).unwrap_err();
    let messages: Vec<&str> = faults.list().iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "Row 1, column D: the heading must be “Member”, and is “Email”",
            "Row 1, column E: the heading must be “Email”, and is “Member”"
        ]
    );
    assert_eq!(read_roster(Vec::new()).unwrap_err().list().len(), HEADINGS.len() + 1);
    assert_eq!(read_roster(vec![head()]).unwrap().stamp, "abc");
}

#[test]
fn rows_that_change_nothing_are_passed_over() {
    let rows =
        vec![row("CSF-2", "", "", "", ""), row("CSF-1", "", "pia@panel.example", "", ""), row("", "", "", "", "")];
    assert_eq!(judged(rows), Ok(Vec::new()));
}

#[test]
fn every_wrong_cell_is_told_by_row_and_column() {
    let rows = vec![
        row("CSF-9", "Rhys Panel", "", "", ""),
        row("CSF-2", "Nobody", "", "", ""),
        row("CSF-2", "Pia Panel", "", "", ""),
        row("CSF-2", "Dora Double", "rhys@panel.example", "", ""),
        row("CSF-1", "Dora Double", "", "", ""),
        row("CSF-1", "Rhys Panel", "", "Ill", ""),
        row("CSF-1", "", "pia@panel.example", "Recused", ""),
        row("CSF-1", "", "pia@panel.example", "", ""),
        row("CSF-2", "", "dora@panel.example", "Sick", ""),
        row("CSF-2", "", "rhys@panel.example", "", ""),
        row("CSF-2", "", "", "Ill", ""),
    ];
    assert_eq!(
        judged(rows).unwrap_err(),
        [
            "Row 2, column Reference: no application of this round has the reference “CSF-9”",
            "Row 3, column Member: no member is called “Nobody”",
            "Row 4, column Email: more than one member is called “Pia Panel”, so the address must say which",
            "Row 5, column Member: rhys@panel.example is the address of Rhys Panel, not of “Dora Double”",
            "Row 6, column Member: Dora Double has a conflict of interest in this application",
            "Row 7, column Take off: Rhys Panel has submitted their score sheet, which counts and stays",
            "Row 8, column Note: say why, because the reason is Recused",
            "Row 9, column Member: row 8 names Pia Panel for this application already",
            "Row 10, column Take off: write Ill, Left, Recused or Other, not “Sick”",
            "Row 12, column Member: the member is missing",
            "Row 11, column Member: this would be number 2 of Rhys Panel, whose limit is 1",
        ]
    );
}

#[test]
fn what_is_right_is_read() {
    let rows = vec![
        row("csf-2", "", "DORA@panel.example", "", ""),
        row("CSF-1", "", "rhys@panel.example", "recused", "His brother is the treasurer."),
        row("CSF-2", "Rhys Panel", "", "", ""),
    ];
    let why = TakeOff { reason: RemovalReason::Recused, note: "His brother is the treasurer.".to_owned() };
    let (one, two) = (ApplicationId::new(1), ApplicationId::new(2));
    assert_eq!(
        judged(rows),
        Ok(vec![
            RosterLine::Assign(two, AccountId::new(3)),
            RosterLine::TakeOff(one, AccountId::new(2), why),
            // Within his limit, because the sheet takes him off the other.
            RosterLine::Assign(two, AccountId::new(2)),
        ])
    );
}

#[test]
fn no_more_than_a_hundred_faults_are_listed() {
    let rows = (0..150).map(|_| row("CSF-9", "X", "", "", "")).collect();
    let told = judged(rows).unwrap_err();
    assert_eq!((told.len(), told.last().unwrap().as_str()), (101, "50 more cells are wrong"));
}
