//! What a bank answers, read row by row.
use std::path::PathBuf;

use umeed::kernel::money::Paisa;
use umeed::payouts::iso20022::read;
use umeed::payouts::results::{ResultRow, ResultStatus, Results, RowFault};

use super::assert_valid;

fn path(name: &str) -> PathBuf {
    format!("tests/payouts/answers/{name}").into()
}

fn answer(name: &str) -> Results {
    read(std::fs::read(path(name)).unwrap().as_slice()).unwrap()
}

/// Reference, status, paisa, account, reason; or the fault.
fn told(row: &Result<ResultRow, RowFault>) -> String {
    match row {
        Ok(row) => {
            let amount = row.amount.map(|amount| format!("{} {}", amount.paisa.get(), amount.currency.as_str()));
            let account = row.account.as_ref().map(|account| account.as_str().to_owned());
            let reason = row.reason.as_ref().map(|reason| reason.as_str().to_owned());
            let parts = [amount, account, reason].map(Option::unwrap_or_default);
            format!("{} {} {} {}", row.at_row, row.end_to_end_id.as_str(), row.status, parts.join("|"))
        }
        Err(fault) => format!("{} {} {}", fault.at_row, fault.field, fault.invalid.code),
    }
}

fn rows(name: &str) -> Vec<String> {
    answer(name).rows.iter().map(told).collect()
}

#[test]
fn the_answers_that_we_keep_are_valid_by_the_published_schemas() {
    for (message, name) in [
        ("pain.002.001.03", "pain.002.v03.xml"),
        ("pain.002.001.03", "pain.002.whole.xml"),
        ("pain.002.001.12", "pain.002.v12.xml"),
        ("pain.002.001.15", "pain.002.v15.pain001.xml"),
        ("camt.053.001.08", "camt.053.v08.xml"),
        ("camt.054.001.02", "camt.054.v02.xml"),
    ] {
        assert_valid(message, &path(name));
        assert_eq!(answer(name).message, message);
    }
}

#[test]
fn a_report_of_version_three_tells_each_payment_and_a_silent_row_has_the_state_of_its_batch() {
    let expected = [
        "1 UM-1 paid 100000000 PKR|PK36SCBL0000001123456702|",
        "2 UM-2 rejected ||AC04",
        "3 UM-3 accepted ||",
        "4 UM-4 pending ||",
        "5 OrgnlEndToEndId missing_reference",
    ];
    assert_eq!(rows("pain.002.v03.xml"), expected);
    let answer = answer("pain.002.v03.xml");
    assert!(answer.verdicts.is_empty());
}

#[test]
fn a_report_of_version_twelve_tells_what_was_settled_and_what_another_namespace_says_is_not_heard() {
    let expected = ["1 UM-1 paid 99999950 PKR||", "2 UM-2 rejected ||NARR", "3 TxSts unknown_status"];
    assert_eq!(rows("pain.002.v12.xml"), expected);
    let faults = answer("pain.002.v12.xml").rows.into_iter().filter_map(Result::err);
    assert_eq!(faults.map(|fault| fault.end_to_end_id.unwrap().as_str().to_owned()).collect::<Vec<_>>(), ["UM-3"]);
}

#[test]
fn a_whole_message_can_be_rejected_but_not_where_single_payments_are_named() {
    let whole = answer("pain.002.whole.xml");
    assert!(whole.rows.is_empty());
    let [verdict] = whole.verdicts.as_slice() else { panic!("one verdict") };
    assert_eq!((verdict.of.as_str(), verdict.status), ("MSG-7", ResultStatus::Rejected));
    assert_eq!(verdict.reason.as_ref().unwrap().as_str(), "AM23");
    // Another party's software repeats the state of each payment as that of the batch.
    assert_eq!(rows("pain.002.v15.pain001.xml"), ["1 UM-1 paid ||", "2 UM-2 rejected ||AC04"]);
    assert!(answer("pain.002.v15.pain001.xml").verdicts.is_empty());
}

#[test]
fn a_statement_tells_what_was_booked_and_what_came_back() {
    let expected = [
        "1 UM-1 paid 100000000 PKR|PK36SCBL0000001123456702|",
        // One of several in a booking, and the bank does not tell how much it was.
        "2 UM-2 paid ||",
        "3 UM-2 returned 50000000 PKR|00421234|AC04",
        "4 EndToEndId missing_reference",
        "5 UM-9 pending 700 USD||",
    ];
    assert_eq!(rows("camt.053.v08.xml"), expected);
    assert_eq!(rows("camt.054.v02.xml"), ["1 UM-1 paid 100000000 PKR|PK36SCBL0000001123456702|"]);
}

#[test]
fn a_statement_that_other_software_wrote_is_read_the_same() {
    let rows = rows("camt.053.v14.camt053.xml");
    assert_eq!(rows[0], "1 UM-1 paid |PK36SCBL0000001123456702|");
    assert_eq!(rows[2], "3 UM-2 returned 50000000 PKR||AC04");
    assert_eq!(rows[4], "5 UM-9 pending 700 USD||");
}

fn statement(entry: &str) -> Vec<String> {
    let file = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Ntry>{entry}</Ntry></Stmt>\
         </BkToCstmrStmt></Document>"
    );
    read(file.as_bytes()).unwrap().rows.iter().map(told).collect()
}

#[test]
fn a_row_that_contradicts_itself_is_told_as_such() {
    let details = "<NtryDtls><TxDtls><Refs><EndToEndId>UM-1</EndToEndId></Refs>";
    let entry = |head: &str, rest: &str| statement(&format!("{head}{details}{rest}</TxDtls></NtryDtls>"));
    let debit = "<Amt Ccy=\"PKR\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>";
    assert_eq!(entry(debit, ""), ["1 UM-1 paid 500 PKR||"]);
    assert_eq!(entry(debit, "<RtrInf/>"), ["1 CdtDbtInd contradiction"]);
    let twice = "<Amt Ccy=\"PKR\">5</Amt><AmtDtls><TxAmt><Amt Ccy=\"PKR\">6</Amt></TxAmt></AmtDtls>";
    assert_eq!(entry(debit, twice), ["1 Amt contradiction"]);
    assert_eq!(entry(debit, "<Amt Ccy=\"PKR\">5.001</Amt>"), ["1 Amt too_fine"]);
    assert_eq!(entry(debit, "<Amt>5</Amt>"), ["1 Amt invalid_currency"]);
    assert_eq!(entry(debit, "<Refs><EndToEndId>UM-2</EndToEndId></Refs>"), ["1 EndToEndId contradiction"]);
    assert_eq!(entry("<Sts>BOOK</Sts>", ""), ["1 CdtDbtInd unknown_direction"]);
    assert_eq!(entry("<CdtDbtInd>DBIT</CdtDbtInd><Sts>DONE</Sts>", ""), ["1 Sts unknown_status"]);
}

#[test]
fn amounts_are_those_of_the_transaction_and_not_of_its_booking() {
    let answer = answer("camt.053.v08.xml");
    let sum = answer.rows.iter().flatten().filter_map(|row| row.amount).map(|amount| amount.paisa);
    assert_eq!(Paisa::checked_sum(sum), Some(Paisa::new(150_000_700)));
}
