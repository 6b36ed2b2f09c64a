//! One query, two databases: `#[apply(both_databases)]` and the words a query body may use on either.
//! It refuses to hide SQL: a body is diesel's own language, compiled twice.
#![expect(unused_macros, unused_imports, dead_code, reason = "each word serves some stores and not others")]

/// Compiles a store function's body once for each database.
///
/// The function's first argument is a `&mut Tx`; inside the body that name is the connection itself, `Db` its backend,
/// and `RunQueryDsl`, `together!`, `locked!` and `skip_locked!` are those of the backend.
///
/// ```ignore
/// #[apply(both_databases)]
/// pub async fn count(tx: &mut Tx) -> QueryResult<i64> { cases::table.count().get_result(tx).await }
/// // becomes
/// pub async fn count(tx: &mut Tx) -> QueryResult<i64> {
///     match tx {
///         Tx::Postgres(tx) => { use crate::db::both::postgres::*; let tx: &mut Conn = tx; cases::table.count().get_result(tx).await }
///         Tx::Sqlite(tx) => { use crate::db::both::sqlite::*; let tx: &mut Conn = tx; cases::table.count().get_result(tx).await }
///     }
/// }
/// ```
macro_rules! both_databases {
    (
        $(#[$meta:meta])*
        $vis:vis async fn $name:ident($tx:ident: &mut Tx $($arguments:tt)*) -> $output:ty $body:block
    ) => {
        $(#[$meta])*
        $vis async fn $name($tx: &mut Tx $($arguments)*) -> $output {
            match $tx {
                Tx::Postgres($tx) => {
                    #[allow(unused_imports, reason = "not every body needs every word")]
                    use $crate::db::both::postgres::*;
                    let $tx: &mut Conn = $tx;
                    $body
                }
                Tx::Sqlite($tx) => {
                    #[allow(unused_imports, reason = "not every body needs every word")]
                    use $crate::db::both::sqlite::*;
                    let $tx: &mut Conn = $tx;
                    $body
                }
            }
        }
    };
}
pub(crate) use both_databases;

/// Narrows a boxed query to the districts of an `Area`.
macro_rules! within {
    ($query:expr, $column:expr, $area:expr) => {{
        let query = $query;
        match $area {
            $crate::kernel::places::Area::Country => query,
            $crate::kernel::places::Area::Provinces(provinces) => {
                let of_them = districts::province.eq_any(provinces.to_vec());
                query.filter($column.eq_any(districts::table.filter(of_them).select(districts::pcode)))
            }
            $crate::kernel::places::Area::Districts(codes) => query.filter($column.eq_any(codes.to_vec())),
        }
    }};
}
pub(crate) use within;

/// Narrows a boxed query to what has no part outside an `Area`. `$parts` is a table with a row for each part, in which
/// `$owner` says whose it is and `district` where.
macro_rules! wholly_within {
    ($query:expr, $id:expr, $parts:ident.$owner:ident, $area:expr) => {{
        let query = $query;
        let of = $parts::table.select($parts::$owner).into_boxed::<Db>();
        match $area {
            $crate::kernel::places::Area::Country => query,
            $crate::kernel::places::Area::Provinces(provinces) => {
                let inside = districts::table.filter(districts::province.eq_any(provinces.to_vec()));
                let outside = $parts::district.ne_all(inside.select(districts::pcode));
                query.filter($id.ne_all(of.filter(outside)))
            }
            $crate::kernel::places::Area::Districts(codes) => {
                query.filter($id.ne_all(of.filter($parts::district.ne_all(codes.to_vec()))))
            }
        }
    }};
}
pub(crate) use wholly_within;

/// A filter that is there only when its value is.
pub trait When: Sized {
    #[must_use]
    fn when<V>(self, value: Option<V>, then: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => then(self, value),
            None => self,
        }
    }
}
impl<Q> When for Q {}

/// Queries go over the wire, several at once where they stand `together!`.
pub mod postgres {
    pub use diesel_async::RunQueryDsl;
    pub type Conn = diesel_async::AsyncPgConnection;
    pub type Db = diesel::pg::Pg;

    macro_rules! together {
        ($tx:ident => $($query:expr),+ $(,)?) => {
            futures_util::try_join!($(async { let $tx = &mut &*$tx; $query.await }),+)
        };
    }
    macro_rules! locked {
        ($query:expr) => {
            $query.for_update()
        };
    }
    macro_rules! skip_locked {
        ($query:expr) => {
            $query.for_update().skip_locked()
        };
    }
    /// Whole hours from one instant to a later one, rounded up; columns by name.
    macro_rules! hours_between {
        ($earlier:literal, $later:literal) => {
            concat!("CEIL(date_part('epoch', ", $later, " - ", $earlier, ") / 3600)::bigint")
        };
    }
    /// The month of an instant in Pakistan, such as `2026-11`; a column by name.
    macro_rules! month_of {
        ($instant:literal) => {
            concat!("to_char(", $instant, " AT TIME ZONE 'Asia/Karachi', 'YYYY-MM')")
        };
    }
    pub(crate) use {hours_between, locked, month_of, skip_locked, together};
}

/// Every query is done when its call returns, so its future is ready and a whole unit of work is polled once.
pub mod sqlite {
    use std::future::{Ready, ready};

    use diesel::QueryResult;
    use diesel::dsl::Limit;
    use diesel::query_dsl::LoadQuery;
    use diesel::query_dsl::methods::{ExecuteDsl, LimitDsl};
    use diesel::result::Error::NotFound;

    pub type Conn = diesel::SqliteConnection;
    pub type Db = diesel::sqlite::Sqlite;
    type Done<T> = Ready<QueryResult<T>>;

    pub trait RunQueryDsl: Sized {
        fn execute(self, conn: &mut Conn) -> Done<usize>
        where
            Self: ExecuteDsl<Conn>,
        {
            ready(ExecuteDsl::execute(self, conn))
        }
        fn load<'query, U>(self, conn: &mut Conn) -> Done<Vec<U>>
        where
            Self: LoadQuery<'query, Conn, U>,
        {
            ready(self.internal_load(conn).and_then(Iterator::collect))
        }
        fn get_result<'query, U>(self, conn: &mut Conn) -> Done<U>
        where
            Self: LoadQuery<'query, Conn, U>,
        {
            ready(self.internal_load(conn).and_then(|mut rows| rows.next().unwrap_or(Err(NotFound))))
        }
        fn get_results<'query, U>(self, conn: &mut Conn) -> Done<Vec<U>>
        where
            Self: LoadQuery<'query, Conn, U>,
        {
            RunQueryDsl::load(self, conn)
        }
        fn first<'query, U>(self, conn: &mut Conn) -> Done<U>
        where
            Self: LimitDsl,
            Limit<Self>: LoadQuery<'query, Conn, U>,
        {
            self.limit(1).get_result(conn)
        }
    }
    impl<Q> RunQueryDsl for Q {}

    macro_rules! together {
        ($tx:ident => $($query:expr),+ $(,)?) => { diesel::QueryResult::Ok(($($query.await?),+)) };
    }
    /// A write is alone here, so what it reads stays as it is.
    macro_rules! locked {
        ($query:expr) => {
            $query
        };
    }
    macro_rules! skip_locked {
        ($query:expr) => {
            $query
        };
    }
    macro_rules! hours_between {
        ($earlier:literal, $later:literal) => {
            concat!("((", $later, " - ", $earlier, " + 3599999999) / 3600000000)")
        };
    }
    macro_rules! month_of {
        ($instant:literal) => {
            concat!("strftime('%Y-%m', ", $instant, " / 1000000 + 18000, 'unixepoch')")
        };
    }
    pub(crate) use {hours_between, locked, month_of, skip_locked, together};
}
