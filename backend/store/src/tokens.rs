//! Credentials. Only the SHA-256 of a secret is kept; the secret is shown once, when it is made.

use crate::{Connection, StoreError, columns::Word, schema::tokens};
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable,
    SelectableHelper, dsl::now,
};
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};
use trainyard_types::{Role, TokenId};
use uuid::Uuid;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Made by an admin for a person or a pipeline.
    Token,
    /// What a browser holds after signing in.
    Session,
    /// Given to the server in its environment.
    Environment,
    /// Printed when the server starts.
    SignInLink,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Environment => "environment",
            Self::SignInLink => "sign-in-link",
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tokens, check_for_backend(diesel::pg::Pg))]
pub struct Token {
    #[diesel(deserialize_as = Uuid)]
    pub id: TokenId,
    pub name: String,
    #[diesel(deserialize_as = Word<Role>)]
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token to be.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub role: Role,
    pub kind: TokenKind,
    pub parent: Option<TokenId>,
    pub secret: &'a str,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_by: &'a str,
}

/// A secret of 256 random bits.
pub fn new_secret() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(StoreError::Random)?;
    Ok(format!("ty_{}", hex::encode(bytes)))
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

pub async fn create(connection: &mut Connection, token: NewToken<'_>) -> Result<Token, StoreError> {
    Ok(diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(TokenId::new().0),
            tokens::name.eq(token.name),
            tokens::role.eq(token.role.as_str()),
            tokens::kind.eq(token.kind.as_str()),
            tokens::parent_id.eq(token.parent.map(|id| id.0)),
            tokens::secret_sha256.eq(hash(token.secret)),
            tokens::expires_at.eq(token.expires_at),
            tokens::created_by.eq(token.created_by),
        ))
        .returning(Token::as_returning())
        .get_result(connection)
        .await?)
}

/// Makes the environment's secret the one admin token of that kind.
pub async fn set_environment_token(connection: &mut Connection, secret: &str) -> Result<(), StoreError> {
    let environment = tokens::table.filter(tokens::kind.eq(TokenKind::Environment.as_str()));
    diesel::update(
        environment.filter(tokens::secret_sha256.ne(hash(secret))).filter(tokens::revoked_at.is_null()),
    )
    .set(tokens::revoked_at.eq(now))
    .execute(connection)
    .await?;
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(TokenId::new().0),
            tokens::name.eq("environment"),
            tokens::role.eq(Role::Admin.as_str()),
            tokens::kind.eq(TokenKind::Environment.as_str()),
            tokens::secret_sha256.eq(hash(secret)),
            tokens::created_by.eq("environment"),
        ))
        .on_conflict(tokens::secret_sha256)
        .do_update()
        .set((
            tokens::kind.eq(TokenKind::Environment.as_str()),
            tokens::role.eq(Role::Admin.as_str()),
            tokens::revoked_at.eq(None::<DateTime<Utc>>),
            tokens::expires_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The living token with this secret. Notes that it was used, at most once a minute.
pub async fn authenticate(connection: &mut Connection, secret: &str) -> Result<Option<Token>, StoreError> {
    let token: Option<Token> = tokens::table
        .filter(tokens::secret_sha256.eq(hash(secret)))
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.is_null().or(tokens::expires_at.gt(now)))
        .select(Token::as_select())
        .first(connection)
        .await
        .optional()?;
    if let Some(token) = &token
        && token.last_used_at.is_none_or(|used| Utc::now().signed_duration_since(used).num_seconds() >= 60)
    {
        diesel::update(tokens::table.find(token.id.0))
            .set(tokens::last_used_at.eq(now))
            .execute(connection)
            .await?;
    }
    Ok(token)
}

/// The tokens that people and pipelines hold, newest first; sessions are not among them.
pub async fn list(
    connection: &mut Connection,
    before: Option<TokenId>,
    limit: i64,
) -> Result<Vec<Token>, StoreError> {
    let mut query = tokens::table
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.is_null().or(tokens::expires_at.gt(now)))
        .filter(tokens::kind.eq_any([TokenKind::Token.as_str(), TokenKind::Environment.as_str()]))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(tokens::id.lt(before.0));
    }
    Ok(query.order(tokens::id.desc()).limit(limit).select(Token::as_select()).load(connection).await?)
}

/// Ends a token and the sessions that came from it. Answers whether it was living.
pub async fn revoke(connection: &mut Connection, id: TokenId) -> Result<bool, StoreError> {
    let revoked = diesel::update(tokens::table.filter(tokens::revoked_at.is_null()))
        .filter(tokens::id.eq(id.0).or(tokens::parent_id.eq(id.0)))
        .set(tokens::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(revoked > 0)
}

/// Ends one session, and nothing when it is not a session.
pub async fn end_session(connection: &mut Connection, id: TokenId) -> Result<(), StoreError> {
    diesel::update(tokens::table.find(id.0))
        .filter(tokens::kind.eq(TokenKind::Session.as_str()))
        .set(tokens::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(())
}
