//! Reading what clients send: JSON bodies with every fault by pointer, and the cursors of lists.

use crate::{problem::Problem, state::AppState};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{self, Bytes},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::{FutureExt, StreamExt, future::LocalBoxFuture};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use trainyard_types::FieldError;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A JSON body, with the bytes it was read from.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            let bytes = read_json(&request, payload, false).await?;
            Ok(Self { value: parse_json(&bytes)?, bytes })
        }
        .boxed_local()
    }
}

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            let bytes = read_json(&request, payload, true).await?;
            let value = if bytes.trim_ascii().is_empty() { T::default() } else { parse_json(&bytes)? };
            Ok(Self { value, bytes })
        }
        .boxed_local()
    }
}

async fn read_json(
    request: &HttpRequest,
    mut payload: Payload,
    may_be_empty: bool,
) -> Result<Bytes, Problem> {
    let limit = request.app_data::<web::Data<AppState>>().map_or(0, |state| state.limits.json_bytes);
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::bad_request(format!("the body broke off: {error}")))?;
        if body.len() + chunk.len() > limit {
            return Err(Problem::too_large(format!("a JSON body may have {limit} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    let is_json = request.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
        value.to_str().is_ok_and(|value| {
            let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            media_type == "application/json" || media_type.ends_with("+json")
        })
    });
    let left_out = may_be_empty && body.is_empty();
    if !is_json && !left_out {
        return Err(Problem::unsupported_media_type("send the body as `Content-Type: application/json`"));
    }
    Ok(body.freeze())
}

/// Reads JSON; the fault, if there is one, is named by its pointer.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let syntax = error.inner().is_syntax() || error.inner().is_eof();
        let pointer = pointer(error.path());
        let detail = error.inner().to_string();
        if syntax {
            Problem::bad_request(format!("the body is not JSON: {detail}"))
        } else {
            Problem::invalid_field(pointer, detail)
        }
    })?;
    deserializer.end().map_err(|error| Problem::bad_request(format!("the body is not JSON: {error}")))?;
    Ok(value)
}

/// An RFC 6901 pointer.
pub(crate) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, example = 50)]
    pub(crate) limit: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
}

const DEFAULT_LIMIT: i64 = 50;
const MAXIMUM_LIMIT: i64 = 200;

impl PageQuery {
    /// The limit, and the id before which the page begins.
    pub(crate) fn read<Id: From<Uuid>>(&self) -> Result<(i64, Option<Id>), Problem> {
        let mut errors = Vec::new();
        let limit = match self.limit.as_deref().map(str::parse::<i64>) {
            None => DEFAULT_LIMIT,
            Some(Ok(limit)) if (1..=MAXIMUM_LIMIT).contains(&limit) => limit,
            Some(_) => {
                errors.push(FieldError::new(
                    "/limit",
                    format!("must be a whole number from 1 to {MAXIMUM_LIMIT}"),
                ));
                DEFAULT_LIMIT
            }
        };
        let before = self.cursor.as_deref().and_then(|cursor| {
            let id = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok());
            if id.is_none() {
                errors.push(FieldError::new("/cursor", "must be the `next_cursor` of the page before"));
            }
            id.map(Id::from)
        });
        if errors.is_empty() { Ok((limit, before)) } else { Err(Problem::invalid(errors)) }
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Asks for the next page; null on the last.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page out of rows that were loaded with one more than the limit.
    pub(crate) fn new<R>(
        mut rows: Vec<R>,
        limit: i64,
        id: impl Fn(&R) -> Uuid,
        item: impl FnMut(R) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| URL_SAFE_NO_PAD.encode(id(row).as_bytes()));
        Self { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

/// A word of a closed vocabulary in a query.
pub(crate) fn query_word<T: std::str::FromStr<Err = String>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(|detail: String| Problem::invalid_field(format!("/{name}"), detail)))
        .transpose()
}
