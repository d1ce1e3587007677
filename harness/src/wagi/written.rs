//! The parts of a request as somebody writes them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::{HeaderName, HeaderValue, Method, Uri};

/// How the arguments are made where a component's manifest does not say.
pub(crate) const ARGV: &str = "${SCRIPT_NAME} ${ARGS}";

/// The client's address: one of the block for dynamic ports, on this machine.
pub(crate) const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 49152);

/// Reads a method.
pub(crate) fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.as_bytes()).map_err(|_| format!("{text:?} is not a method; `GET` is one"))
}

/// Reads an address that a client could be told to ask.
pub(crate) fn url(text: &str) -> Result<Uri, String> {
    let wrong = |why: &str| Err(format!("{text:?} is not an address that can be asked: {why}"));
    if !text.is_ascii() {
        return wrong("a client percent-encodes what is not ASCII, so write it like that");
    }
    if text.contains('#') {
        return wrong("a client keeps what stands behind `#` for itself, so leave it out");
    }
    let uri: Uri = match text.parse() {
        Ok(uri) => uri,
        Err(error) => return wrong(&error.to_string()),
    };
    match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => wrong("a client keeps a user's name for itself"),
        (Some("http" | "https"), Some(_)) if uri.path_and_query().is_some_and(|path| !path.as_str().starts_with('/')) => {
            wrong("a path begins with `/`, also before `?`")
        }
        (Some("http" | "https"), Some(_)) => Ok(uri),
        _ => wrong("it begins with `http://` or `https://` and a host"),
    }
}

/// Reads a header.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let name = header_name(name)?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes())
        .map_err(|_| format!("the header `{name}` cannot be {value:?}: a value has no control characters"))?;
    Ok((name, value))
}

/// Reads the name of a header, of a request or a response.
pub(crate) fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is not the name of a header: letters, digits and `-`"))
}

/// Reads the address of a client.
pub(crate) fn client(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is not an address with a port; `127.0.0.1:49152` is one, and `[::1]:49152`"))
}

/// Reads what the arguments are made of.
pub(crate) fn argv(text: &str) -> Result<String, String> {
    if text.contains('\0') { Err("arguments cannot hold a NUL".to_owned()) } else { Ok(text.to_owned()) }
}
