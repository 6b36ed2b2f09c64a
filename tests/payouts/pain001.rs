//! The file that asks a bank to pay.
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use umeed::kernel::iban::Iban;
use umeed::kernel::money::Paisa;
use umeed::kernel::time::{Date, Time};
use umeed::payouts::iso20022::pain001::{Failure, Payment, PaymentFile, Totals, write};

use super::assert_valid;

const IBAN: &str = "PK36SCBL0000001123456702";

fn head(payments: &[Payment]) -> PaymentFile {
    let sum = Paisa::checked_sum(payments.iter().map(|payment| payment.amount)).unwrap_or_default();
    PaymentFile {
        message_id: "UMEED-20261122-1".parse().unwrap(),
        created_at: "2026-11-22T08:00:00Z".parse::<Time>().unwrap(),
        requested_on: "2026-11-24".parse::<Date>().unwrap(),
        debtor: "Home & Tribal Affairs Department".to_owned(),
        debtor_account: "PK36SCBL0000001123456702".parse().unwrap(),
        batch: "BATCH-7".parse().unwrap(),
        purpose: Some("GOVT".to_owned()),
        totals: Totals { count: payments.len().try_into().unwrap(), sum },
    }
}

fn payment(number: u64, paisa: i64) -> Payment {
    Payment {
        end_to_end_id: format!("UM-{number}").parse().unwrap(),
        amount: Paisa::new(paisa),
        creditor: "Zarmina Gul".to_owned(),
        account: Some(IBAN.parse::<Iban>().unwrap()),
        alias: None,
    }
}

fn written(payments: &[Payment]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    write(&head(payments), payments.iter().cloned(), &mut out).map(|()| out)
}

#[track_caller]
fn assert_file_valid(file: &[u8]) {
    let kept = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(kept.path(), file).unwrap();
    assert_valid("pain.001.001.09", kept.path());
}

/// Every text of an element of that name, in the order of the file.
fn texts(file: &[u8], wanted: &str) -> Vec<String> {
    let (mut reader, mut texts, mut buffer) = (Reader::from_reader(file), Vec::new(), Vec::new());
    let mut is_wanted = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Start(start) => {
                is_wanted = start.local_name().as_ref() == wanted;
                if is_wanted {
                    texts.push(String::new());
                }
            }
            Event::Text(text) if is_wanted => texts.last_mut().unwrap().push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_wanted => {
                texts.last_mut().unwrap().push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap());
            }
            Event::End(_) => is_wanted = false,
            Event::Eof => return texts,
            _ => {}
        }
    }
}

#[test]
fn transfers_to_accounts_aliases_and_other_banks_are_valid_by_the_published_schema() {
    let alias = "03001234567".parse().unwrap();
    let payments = [
        payment(1, 100_000_000),
        Payment { creditor: "José D’Souza <1>".replace(['<', '>', '1'], ""), ..payment(2, 5) },
        Payment { alias: Some("03001234567".parse().unwrap()), ..payment(3, 50_000) },
        Payment { account: None, alias: Some(alias), ..payment(4, 7) },
        payment(5, 999_999_999_999),
    ];
    let file = written(&payments).unwrap();
    assert_file_valid(&file);
    assert_eq!(texts(&file, "NbOfTxs"), ["5", "5"]);
    assert_eq!(texts(&file, "CtrlSum"), ["10001000500.11", "10001000500.11"]);
    assert_eq!(texts(&file, "PmtMtd"), ["TRF"]);
    assert_eq!(texts(&file, "EndToEndId"), ["UM-1", "UM-2", "UM-3", "UM-4", "UM-5"]);
    assert_eq!(texts(&file, "MmbId"), ["SCBL"; 5]);
    assert_eq!(texts(&file, "Nm")[..2], ["Home + Tribal Affairs Department"; 2]);
    assert!(texts(&file, "Nm").contains(&"Jose D'Souza".to_owned()));
}

#[test]
fn nothing_less_than_nothing_too_much_no_account_and_other_scripts_are_refused() {
    let code = |payment: Payment| match written(&[payment]) {
        Err(Failure::Unfit(1, field, why)) => (field, why.code),
        other => panic!("{other:?}"),
    };
    for paisa in [0, -1, i64::MIN, i64::MAX, 1_000_000_000_000_000_000] {
        assert_eq!(code(payment(1, paisa)), ("amount", "out_of_range"));
    }
    let urdu = Payment { creditor: "زرمینہ".to_owned(), ..payment(1, 1) };
    assert_eq!(code(urdu), ("creditor", "unfit_for_bank"));
    assert_eq!(code(Payment { account: None, ..payment(1, 1) }), ("account", "missing_account"));
    // The sum has no more digits than one amount.
    let most = 999_999_999_999_999_999;
    assert_file_valid(&written(&[payment(1, most)]).unwrap());
    assert!(matches!(written(&[payment(1, most), payment(2, 1)]), Err(Failure::Unfit(2, "amount", _))));
}

#[test]
fn a_file_that_comes_to_something_else_than_it_says_is_refused() {
    let payments = [payment(1, 5), payment(2, 6)];
    for totals in [Totals { count: 1, sum: Paisa::new(11) }, Totals { count: 2, sum: Paisa::new(10) }] {
        let file = PaymentFile { totals, ..head(&payments) };
        let came_to = Totals { count: 2, sum: Paisa::new(11) };
        let failure = write(&file, payments.to_vec(), Vec::new()).unwrap_err();
        assert!(matches!(failure, Failure::OtherTotals(totals) if totals == came_to));
    }
}

#[test]
fn a_hundred_thousand_payments_are_written_one_at_a_time() {
    let (count, paisa) = (100_000, 100_000_000);
    let totals = Totals { count, sum: Paisa::new(paisa).checked_mul(100_000).unwrap() };
    let file = PaymentFile { totals, ..head(&[]) };
    let mut out = tempfile::NamedTempFile::new().unwrap();
    let payments = (1..=count).map(|number| payment(number, paisa));
    write(&file, payments, std::io::BufWriter::new(out.as_file_mut())).unwrap();
    assert_valid("pain.001.001.09", out.path());
}

#[test]
fn references_are_short_plain_and_of_one_line() {
    use umeed::payouts::iso20022::reference::Reference;
    for fit in ["UM-7KQ2M-X94TB", "a", "A/B", &"x".repeat(35)] {
        fit.parse::<Reference>().unwrap();
    }
    for unfit in ["", " a", "a ", "/a", "a/", "a//b", "a\nb", "حوالہ", "a&b", "a_b", &"x".repeat(36)] {
        assert_eq!(unfit.parse::<Reference>().unwrap_err().code, "invalid_reference", "{unfit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_file_tells_the_same_payments(
        given in prop::collection::vec((1..=1_000_000_000_000_i64, "[A-Za-z'(),.+/?:-][A-Za-z '(),.+/?:-]{0,30}[a-z]"), 1..40)
    ) {
        let payments: Vec<_> = (1..).zip(&given)
            .map(|(number, (paisa, name))| Payment { creditor: name.clone(), ..payment(number, *paisa) })
            .collect();
        let file = written(&payments).unwrap();
        let amounts: Vec<_> = given.iter().map(|(paisa, _)| format!("{}.{:02}", paisa / 100, paisa % 100)).collect();
        let names: Vec<_> = given.iter().map(|(_, name)| name.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        prop_assert_eq!(texts(&file, "InstdAmt"), amounts);
        prop_assert_eq!(&texts(&file, "Nm")[2..], names.as_slice());
        prop_assert_eq!(texts(&file, "EndToEndId").len(), given.len());
    }
}
