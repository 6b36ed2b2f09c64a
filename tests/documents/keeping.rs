//! What is on the disk, and what a crash leaves there.
use umeed::documents::{DocumentId, sweep};

use super::*;

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

on_both_databases! {
    async fn nothing_on_the_disk_or_in_the_database_tells_what_a_document_says(app: App) {
        let file = app.file().await;
        add(&app, &file.officer, &file.case, ("Qanarwaxfile.pdf", PDF)).key("one").await.expect(201);
        let [path] = files(&app).try_into().unwrap();
        let kept = std::fs::read(&path).unwrap();
        assert!(kept.len() > PDF.len() && !holds(&kept, b"Qanarwax") && !holds(&kept, b"PDF"));
        assert!(!path.display().to_string().contains("Qanarwax"));
        for table in ["trail", "outbox"] {
            let column = if table == "trail" { "record" } else { "payload" };
            let told = app.rows(&format!("SELECT {column} FROM {table}")).await.join("\n");
            assert!(!told.contains("Qanarwax"));
        }
        if let Some(path) = app.database.url().strip_prefix("sqlite:") {
            let all = ["", "-wal"].map(|ending| std::fs::read(format!("{path}{ending}")).unwrap_or_default());
            assert!(!holds(&all.concat(), b"Qanarwaxfile") && !holds(&all.concat(), b"Qanarwaxcontent"));
        }
    }

    async fn a_file_that_was_changed_or_lost_is_not_given_out(app: App) {
        let file = app.file().await;
        let content = format!("{}/content", add(&app, &file.officer, &file.case, ("a.pdf", PDF)).await.expect(201).location());
        let [path] = files(&app).try_into().unwrap();
        let mut kept = std::fs::read(&path).unwrap();
        let last = kept.len() - 1;
        kept[last] ^= 1;
        std::fs::write(&path, kept).unwrap();
        app.get(&file.officer, &content).await.problem(500, "internal");
        std::fs::remove_file(&path).unwrap();
        app.get(&file.officer, &content).await.problem(500, "internal");
    }

    async fn a_file_whose_row_never_came_is_swept_a_day_later_and_no_other(app: App) {
        let file = app.file().await;
        let content = format!("{}/content", add(&app, &file.officer, &file.case, ("a.pdf", PDF)).await.expect(201).location());
        let of = |id: DocumentId, ending: &str| {
            let name = id.uuid().simple().to_string();
            let shelf = folder(&app).join(&name[30..]);
            std::fs::create_dir_all(&shelf).unwrap();
            std::fs::write(shelf.join(format!("{id}{ending}")), "sealed").unwrap();
        };
        of(DocumentId::new(), "");
        of(DocumentId::new(), ".part");
        // Their rows may be on their way.
        assert_eq!(sweep(app.work(), &app.umeed.documents).await.unwrap(), 0);
        app.pass_days(2);
        assert_eq!(sweep(app.work(), &app.umeed.documents).await.unwrap(), 2);
        assert_eq!(sweep(app.work(), &app.umeed.documents).await.unwrap(), 0);
        let again = app.again(&file.officer).await;
        assert_eq!(app.get(&again, &content).await.expect(200).body, PDF);
        assert_eq!(app.count("documents").await, 1);
    }
}
