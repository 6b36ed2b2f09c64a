//! What is sent in.
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A JPEG that says where it was taken.
fn photograph() -> Vec<u8> {
    let image = image::RgbImage::from_pixel(16, 8, image::Rgb([10, 120, 60]));
    let mut plain = std::io::Cursor::new(Vec::new());
    image.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0");
    exif.extend_from_slice(b"\0\x01\0\x1d\0\x02\0\0\0\x0f\0\0\0\x2c\0\0\0\0Qanarwaxgpsplace\0");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
}

on_both_databases! {
    async fn a_document_is_kept_told_and_given_back_as_it_came(app: App) {
        let file = app.file().await;
        let added = add(&app, &file.officer, &file.case, ("FIR 412 – Nowshera.pdf", PDF)).await.expect(201);
        assert_eq!((added.text("kind"), added.text("media")), ("fir".to_owned(), "pdf".to_owned()));
        assert_eq!(added.json["bytes"], PDF.len());
        assert_eq!(added.text("sha256"), added.text("sent_sha256"));
        let place = added.location();
        let told = app.get(&file.officer, &place).await.expect(200);
        assert_eq!(told.text("file_name"), "FIR 412 – Nowshera.pdf");
        let listed = app.get(&file.supervisor, &file.of_case("/documents")).await.expect(200);
        assert_eq!(listed.json["items"][0]["id"], added.id());
        let given = app.get(&file.officer, &format!("{place}/content")).await.expect(200);
        assert_eq!(given.body, PDF);
        assert_eq!(given.header("content-type"), "application/pdf");
        assert_eq!(
            given.header("content-disposition"),
            "attachment; filename=\"FIR 412 _ Nowshera.pdf\"; filename*=UTF-8''FIR%20412%20%E2%80%93%20Nowshera.pdf"
        );
        assert!(given.header("content-security-policy").ends_with("; sandbox"));
        let digest = data_encoding::HEXLOWER.decode(added.text("sha256").as_bytes()).unwrap();
        let digest = format!("sha-256=:{}:", data_encoding::BASE64.encode(&digest));
        assert_eq!(given.header("repr-digest"), digest);
        assert_eq!(actions(&app).await, ["document.added", "document.viewed", "document.downloaded"]);
    }

    async fn a_photograph_is_kept_without_the_place_where_it_was_taken(app: App) {
        let (file, sent) = (app.file().await, photograph());
        assert!(sent.windows(11).any(|part| part == b"Qanarwaxgps"));
        let added = add(&app, &file.officer, &file.case, ("house.jpg", &sent)).await.expect(201);
        assert_ne!(added.text("sha256"), added.text("sent_sha256"));
        let given = app.get(&file.officer, &format!("{}/content", added.location())).await.expect(200);
        assert!(!given.body.windows(11).any(|part| part == b"Qanarwaxgps"));
        assert_eq!(given.header("content-type"), "image/jpeg");
        assert_eq!(image::load_from_memory(&given.body).unwrap().width(), 16);
        let again = add(&app, &file.officer, &file.case, ("other name.jpg", &sent)).await;
        assert_eq!(again.problem(409, "already_exists").json["conflicts_with"], added.id());
        let at = sent.windows(11).position(|part| part == b"Qanarwaxgps").unwrap();
        let elsewhere = [&sent[..at], b"Othergpsxxx", &sent[at + 11..]].concat();
        let again = add(&app, &file.officer, &file.case, ("house.jpg", &elsewhere)).await;
        assert_eq!(again.problem(409, "already_exists").json["conflicts_with"], added.id());
    }

    async fn what_is_not_what_it_says_is_refused_and_leaves_no_file(app: App) {
        let file = app.file().await;
        let fault = async |name: &str, content: &[u8], code: &str| {
            add(&app, &file.officer, &file.case, (name, content)).await.fault("/file", code);
        };
        fault("a.png", PDF, "wrong_content").await;
        fault("a.pdf", b"MZ\x90\0\x03\0\0\0", "wrong_content").await;
        fault("a.pdf", &[b"GIF89a", PDF].concat(), "wrong_content").await;
        fault("a.csv", b"<!DOCTYPE html><script>alert(1)</script>", "wrong_content").await;
        fault("a.pdf", b"", "wrong_content").await;
        fault("a.exe", PDF, "unknown_media").await;
        fault("a", PDF, "unknown_media").await;
        fault("a.docx", b"PK\x03\x04 and no archive\0\0", "wrong_content").await;
        fault("a.csv", b"=1+1,2\n", "active_content").await;
        fault(&format!("{}.pdf", "a".repeat(300)), PDF, "too_long").await;
        let post = |body: Vec<u8>| send(&app, &file.officer, &file.case, body);
        post(form(&[("kind", "fir")], &[])).await.fault("/file", "missing");
        post(form(&[], &[("a.pdf", PDF)])).await.fault("/kind", "missing");
        post(form(&[("kind", "passport")], &[("a.pdf", PDF)])).await.fault("/kind", "unknown_value");
        post(form(&[("kind", "fir"), ("case", "1")], &[("a.pdf", PDF)])).await.fault("/case", "unknown_field");
        post(form(&[("kind", "fir")], &[("a.pdf", PDF), ("b.pdf", PDF)])).await.fault("/file", "duplicate_field");
        let photo = String::from_utf8(form(&[("kind", "fir")], &[("a.pdf", PDF)])).unwrap();
        post(photo.replace("name=\"file\"", "name=\"photo\"").into_bytes()).await.fault("/file", "unknown_field");
        post(b"no form".to_vec()).await.problem(400, "bad_request");
        let half = form(&[("kind", "fir")], &[("a.pdf", PDF)]);
        post(half[..half.len() - 30].to_vec()).await.problem(400, "bad_request");
        app.post(&file.officer, &file.of_case("/documents"), json!({})).await.problem(415, "unsupported_media_type");
        let large = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 10 << 20], b"%%EOF"].concat();
        add(&app, &file.officer, &file.case, ("a.pdf", &large)).await.problem(413, "too_large");
        assert_eq!(files(&app), Vec::<PathBuf>::new());
        assert_eq!(app.count("documents").await, 0);
    }

    async fn the_same_file_on_two_cases_is_told_to_the_auditor_and_to_no_officer(app: App) {
        let (one, two) = (app.file().await, app.file().await);
        let first = add(&app, &one.officer, &one.case, ("a.pdf", PDF)).await.expect(201).id();
        let second = add(&app, &two.officer, &two.case, ("b.pdf", PDF)).await.expect(201);
        let repeated = app.rows("SELECT record FROM trail WHERE action = 'document.repeated'").await;
        assert_eq!(repeated.len(), 1);
        assert!(repeated[0].contains(&first) && repeated[0].contains(&second.id()));
        let hung = app.count("trail WHERE action = 'document.repeated' AND case_id IS NOT NULL").await;
        assert_eq!(hung, 0);
        for file in [&one, &two] {
            let told = app.get(&file.officer, &file.of_case("/timeline")).await.expect(200).body();
            assert!(told.contains("document.added") && !told.contains("document.repeated"));
        }
        assert!(!second.body().contains(&first));
    }

    async fn a_case_has_room_for_a_hundred_mebibytes_and_no_more(app: App) {
        let file = app.file().await;
        add(&app, &file.officer, &file.case, ("a.pdf", PDF)).await.expect(201);
        let room = (100 << 20) - PDF.len();
        let other = [PDF, b"\n"].concat();
        app.sql(&format!("UPDATE documents SET bytes = {room}")).await.unwrap();
        add(&app, &file.officer, &file.case, ("b.pdf", &other)).await.problem(409, "case_full");
        assert_eq!(files(&app).len(), 1);
        app.sql(&format!("UPDATE documents SET bytes = {}", room - 1)).await.unwrap();
        add(&app, &file.officer, &file.case, ("b.pdf", &other)).await.expect(201);
    }

    async fn the_last_of_the_room_goes_to_one_of_many(app: App) {
        let file = app.file().await;
        add(&app, &file.officer, &file.case, ("a.pdf", PDF)).await.expect(201);
        let room = (100 << 20) - report(0).len();
        app.sql(&format!("UPDATE documents SET bytes = {room}")).await.unwrap();
        let asked = (0..6).map(|number| {
            let content = report(number);
            add(&app, &file.officer, &file.case, ("b.pdf", &content)).into_future()
        });
        let statuses: Vec<_> = join_all(asked).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
        assert_eq!((files(&app).len(), app.count("documents").await), (2, 2));
    }

    async fn a_name_is_never_a_path_and_breaks_out_of_no_header(app: App) {
        let file = app.file().await;
        let names = [
            ("../../etc/cron.d/fir.pdf", "fir.pdf", "filename=\"fir.pdf\""),
            ("C:\\Users\\Reception\\new fir.pdf", "new fir.pdf", "filename=\"new fir.pdf\""),
            ("a \\\"new\\\" fir.pdf", "a \"new\" fir.pdf", ""),
            (
                "a%0d%0aset-cookie: x.pdf",
                "a%0d%0aset-cookie: x.pdf",
                "filename=\"a_0d_0aset-cookie_ x.pdf\"; filename*=UTF-8''a%250d%250aset-cookie%3A%20x.pdf",
            ),
            ("...pdf", "...pdf", "filename=\"...pdf\""),
        ];
        for (number, (sent, kept, told)) in (0..).zip(names) {
            let added = add(&app, &file.officer, &file.case, (sent, &report(number))).await.expect(201);
            assert_eq!(added.text("file_name"), kept);
            let given = app.get(&file.officer, &format!("{}/content", added.location())).await.expect(200);
            let head = given.header("content-disposition");
            assert!(told.is_empty() || head == format!("attachment; {told}"), "{head}");
            assert_eq!(given.header("set-cookie"), "");
        }
        add(&app, &file.officer, &file.case, ("fir\u{202e}fdp.pdf", PDF)).await.fault("/file", "bidi_control");
        let broken = add(&app, &file.officer, &file.case, ("a\r\nset-cookie: b.pdf", PDF)).await;
        assert!([400, 422].contains(&broken.status), "{}", broken.body());
        assert_eq!((files(&app).len(), app.count("documents").await), (5, 5));
        assert!(files(&app).iter().all(|path| path.starts_with(&app.settings.documents.folder)));
    }

    async fn a_form_that_is_cut_off_leaves_nothing(app: App) {
        let (file, server) = (app.file().await, app.listen());
        let body = form(&[("kind", "fir")], &[("a.pdf", PDF)]);
        let head = format!(
            "POST /api/v1/cases/{}/documents HTTP/1.1\r\nhost: umeed\r\nauthorization: Bearer {}\r\n\
             content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {}\r\n\r\n",
            file.case,
            file.officer.token().unwrap(),
            body.len()
        );
        for sent in [body.len() / 2, body.len() - 1] {
            let mut line = server.connect().await;
            line.write_all(&[head.as_bytes(), &body[..sent]].concat()).await.unwrap();
            line.shutdown().await.unwrap();
            let mut answer = Vec::new();
            _ = line.read_to_end(&mut answer).await;
            assert!(!answer.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
        }
        assert_eq!((files(&app).len(), app.count("documents").await), (0, 0));
    }

    async fn a_key_keeps_one_document_and_stands_for_one_file(app: App) {
        let file = app.file().await;
        let first = add(&app, &file.officer, &file.case, ("a.pdf", PDF)).key("one").await.expect(201);
        let again = add(&app, &file.officer, &file.case, ("a.pdf", PDF)).key("one").await.expect(201);
        assert!(again.is_replayed() && again.id() == first.id());
        let other = [PDF, b"\n"].concat();
        let refused = add(&app, &file.officer, &file.case, ("a.pdf", &other)).key("one").await;
        refused.problem(422, "idempotency_key_reused");
        assert_eq!((files(&app).len(), app.count("documents").await), (1, 1));
    }

    async fn of_many_who_send_the_same_file_at_once_one_is_heard(app: App) {
        let file = app.file().await;
        let asked = join_all((0..8).map(|_| add(&app, &file.officer, &file.case, ("a.pdf", PDF)).into_future())).await;
        let mut statuses: Vec<_> = asked.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses.iter().filter(|status| **status == 201).count()), (201, 1));
        assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
        assert_eq!((files(&app).len(), app.count("documents").await), (1, 1));
    }

    async fn more_at_a_time_than_there_is_room_for_are_told_to_come_again(app: App) {
        let file = app.file().await;
        let other = |number: usize| format!("%PDF-1.7\n{number}\n%%EOF");
        let asked = join_all((0..24).map(|number| {
            let content = other(number);
            let ask = add(&app, &file.officer, &file.case, ("a.pdf", content.as_bytes()));
            ask.into_future()
        }));
        for answer in asked.await {
            match answer.status {
                201 => {}
                _ => assert_eq!(answer.problem(503, "unavailable").header("retry-after"), "2"),
            }
        }
        add(&app, &file.officer, &file.case, ("a.pdf", other(99).as_bytes())).await.expect(201);
    }
}
