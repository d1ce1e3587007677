//! A request as it is written, and the response that is expected, checked.

use std::collections::BTreeMap;

use http::{HeaderMap, Method, StatusCode};

use super::{
    file::{ContentFile, RequestFile, SaidContentFile, StepFile},
    model::{HeaderPattern, ResponsePattern},
    step::{StepError, expected_bytes, given_bytes},
};
use crate::{
    wagi::{Parts, Request, Route, written},
    yaml::{At, Place},
};

/// The request of a `wagi` step.
pub(super) fn request(written: &At<RequestFile>) -> Result<Request, StepError> {
    let file = &written.value;
    let parts = Parts {
        method: field(file.method.as_ref(), Method::GET, written::method)?,
        uri: written::url(&file.url.value).map_err(|error| (file.url.place, error))?,
        headers: headers(file, written.place)?,
        body: file.body.as_ref().map(given_bytes).transpose()?.unwrap_or_default(),
        route: match &file.route {
            Some(route) => Route::parse(&route.value).map_err(|error| (route.place, error))?,
            None => Route::everything(),
        },
        client: field(file.client.as_ref(), written::CLIENT, written::client)?,
        argv: field(file.argv.as_ref(), written::ARGV.to_owned(), written::argv)?,
    };
    Request::of(parts).map_err(|error| (written.place, error))
}

fn field<T>(written: Option<&At<String>>, otherwise: T, read: impl Fn(&str) -> Result<T, String>) -> Result<T, StepError> {
    written.map_or(Ok(otherwise), |text| read(&text.value).map_err(|error| (text.place, error)))
}

fn headers(file: &RequestFile, place: Place) -> Result<HeaderMap, StepError> {
    let mut headers = HeaderMap::new();
    for (name, values) in &file.headers {
        for value in values.value.as_slice() {
            let (name, value) = written::header(name, value).map_err(|error| (values.place, error))?;
            headers.try_append(name, value).map_err(|_| (place, "these are more headers than any server takes".to_owned()))?;
        }
    }
    Ok(headers)
}

/// What a `wagi` step expects.
pub(super) fn response(file: &StepFile) -> Result<ResponsePattern, StepError> {
    let status = file.status.as_ref().map(|status| {
        StatusCode::from_u16(status.value).map_err(|_| (status.place, format!("{} is not a status: 100 to 999", status.value)))
    });
    let mut headers = BTreeMap::new();
    for (name, wanted) in file.headers.iter().flat_map(|headers| &headers.value) {
        let known = written::header_name(name).map_err(|error| (wanted.place, error))?;
        let pattern = match &wanted.value {
            ContentFile::Said(SaidContentFile::Absent(true)) => HeaderPattern::Absent,
            ContentFile::Said(SaidContentFile::Absent(false)) => {
                return Err((wanted.place, "say what the header is instead of `absent: false`".to_owned()));
            }
            _ => HeaderPattern::Is(expected_bytes(wanted)?),
        };
        if headers.insert(known.as_str().to_owned(), pattern).is_some() {
            return Err((wanted.place, format!("the header `{known}` is expected twice; keep one")));
        }
    }
    Ok(ResponsePattern { status: status.transpose()?, headers, body: file.body.as_ref().map(expected_bytes).transpose()? })
}
