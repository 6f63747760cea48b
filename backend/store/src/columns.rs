//! Between columns and the types of the house: words as text, documents as jsonb.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::{Jsonb, Text},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, str::FromStr};
use trainyard_types::{DatasetStatus, DeploymentStatus, JobStatus, ModelStatus, Role, Stage};

/// A jsonb column that holds a `T`.
#[derive(Clone, Debug, PartialEq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Jsonb)]
pub struct Json<T: Debug>(pub T);

impl<T: DeserializeOwned + Debug> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let value = <serde_json::Value as FromSql<Jsonb, Pg>>::from_sql(bytes)?;
        Ok(Self(serde_json::from_value(value)?))
    }
}

impl<T: Serialize + Debug> ToSql<Jsonb, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(&self.0)?;
        <serde_json::Value as ToSql<Jsonb, Pg>>::to_sql(&value, &mut out.reborrow())
    }
}

/// A text column that holds one of a closed set of words.
#[derive(Debug, FromSqlRow)]
pub struct Word<T>(T);

impl<T: FromStr<Err = String>> FromSql<Text, Pg> for Word<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        Ok(Self(text.parse()?))
    }
}

macro_rules! words {
    ($($name:ident),*) => {$(
        impl From<Word<$name>> for $name {
            fn from(word: Word<$name>) -> Self {
                word.0
            }
        }
    )*};
}

words!(DatasetStatus, DeploymentStatus, JobStatus, ModelStatus, Role);

/// The stage column is empty before a job runs.
#[derive(Debug, FromSqlRow)]
pub struct MaybeStage(Option<Stage>);

impl FromSql<diesel::sql_types::Nullable<Text>, Pg> for MaybeStage {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        Ok(Self(Some(text.parse()?)))
    }

    fn from_nullable_sql(bytes: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        bytes.map_or(Ok(Self(None)), Self::from_sql)
    }
}

impl From<MaybeStage> for Option<Stage> {
    fn from(stage: MaybeStage) -> Self {
        stage.0
    }
}
