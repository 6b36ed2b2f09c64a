//! Column types that mean the same on both databases. A stored value that its type does not know is an error, never a
//! default.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Date as SqlDate, SqlOrd, SqlType, Text, Timestamptz, Uuid as PgUuid};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use crate::kernel::ids::Id;
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::{Area, Pcode, Province};
use crate::kernel::time::{Date, Time};
use crate::kernel::words::Word;

/// `uuid` on PostgreSQL, a 16-byte `BLOB` on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Uid;
impl SqlOrd for Uid {}

/// `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Instant;
impl SqlOrd for Instant {}

/// Lets a type of ours stand where diesel wants a column's value, as diesel's own derives would if the pure types could
/// carry them. `column_type!(Date as SqlDate)` is the same as deriving `AsExpression` and `FromSqlRow` on `Date`.
macro_rules! column_type {
    ($type:ty as $sql:ty $(, <$of:ident>)?) => {
        $crate::db::types::column_type!(@expression [$($of)?] $type, $sql);
        $crate::db::types::column_type!(@expression [$($of)?] $type, diesel::sql_types::Nullable<$sql>);
        impl<$($of,)? DB: diesel::backend::Backend> diesel::Queryable<$sql, DB> for $type
        where
            Self: diesel::deserialize::FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
        impl<$($of,)? DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Nullable<$sql>, DB>
            for $type
        where
            Self: diesel::serialize::ToSql<$sql, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
    };
    (@expression [$($of:ident)?] $type:ty, $sql:ty) => {
        impl<$($of)?> diesel::expression::AsExpression<$sql> for $type {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
        impl<'expr $(, $of)?> diesel::expression::AsExpression<$sql> for &'expr $type {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
    };
}

/// A type that is kept as the text it prints and parsed again from it.
macro_rules! text_columns {
    ($($type:ty),+ $(,)?) => {$(
        $crate::db::types::column_type!($type as diesel::sql_types::Text);
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.to_string().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                out.set_value(self.to_string());
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $type
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                Ok(text.parse::<Self>()?)
            }
        }
    )+};
}
pub(crate) use {column_type, text_columns};

text_columns!(Area, CaseNumber, Pcode, Province);

/// Words of one kind in one text column, comma between them.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Words<W: Word>(pub Vec<W>);

impl<W: Word> std::fmt::Debug for Words<W> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.join())
    }
}

impl<W: Word> Words<W> {
    fn join(&self) -> String {
        self.0.iter().map(|word| word.word()).collect::<Vec<_>>().join(",")
    }
}
impl<W: Word> ToSql<Text, Pg> for Words<W> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.join().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<W: Word> ToSql<Text, Sqlite> for Words<W> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.join());
        Ok(IsNull::No)
    }
}
impl<W: Word, DB: Backend> FromSql<Text, DB> for Words<W>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, DB>>::from_sql(bytes)?;
        let words = text.split(',').filter(|word| !word.is_empty());
        words.map(|word| W::from_word(word).ok_or_else(|| "unknown word".into())).collect::<Result<_, _>>().map(Self)
    }
}

/// A list of sentences in one text column, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Lines(pub Vec<String>);

impl ToSql<Text, Pg> for Lines {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl ToSql<Text, Sqlite> for Lines {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<DB: Backend> FromSql<Text, DB> for Lines
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&<String as FromSql<Text, DB>>::from_sql(bytes)?)?))
    }
}

column_type!(Id<Of> as Uid, <Of>);
column_type!(Time as Instant);
column_type!(Date as SqlDate);

impl<Of> ToSql<Uid, Pg> for Id<Of> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<Of> ToSql<Uid, Sqlite> for Id<Of> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}
impl<Of> FromSql<Uid, Pg> for Id<Of> {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<PgUuid, Pg>>::from_sql(bytes).map(Self::from)
    }
}
impl<Of> FromSql<Uid, Sqlite> for Id<Of> {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Uuid::from_slice(bytes.read_blob())?.into())
    }
}

impl ToSql<Instant, Pg> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.utc(), &mut out.reborrow())
    }
}
impl ToSql<Instant, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Pg> for Time {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(bytes).map(Self::from)
    }
}
impl FromSql<Instant, Sqlite> for Time {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(bytes)?;
        Self::from_micros(micros).ok_or_else(|| "instant out of range".into())
    }
}

impl ToSql<SqlDate, Pg> for Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<SqlDate, Pg>::to_sql(&self.naive(), &mut out.reborrow())
    }
}
impl ToSql<SqlDate, Sqlite> for Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}
impl<DB: Backend> FromSql<SqlDate, DB> for Date
where
    NaiveDate: FromSql<SqlDate, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as FromSql<SqlDate, DB>>::from_sql(bytes).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn a_place_parses_from_what_it_prints() {
        for text in ["PK", "PK-KP,PK-SD", "PK508,PK510"] {
            assert_eq!(Area::from_str(text).unwrap().to_string(), text);
        }
    }
}
