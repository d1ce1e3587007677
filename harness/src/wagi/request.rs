//! A request as what a command is given.

use std::{collections::BTreeMap, net::SocketAddr};

use http::{
    HeaderMap, HeaderValue, Method, Uri,
    header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
    uri::Authority,
};
use percent_encoding::percent_decode_str;
use wasmatrix_adapter::GuestBytes;

use super::route::{Match, Route};

/// A request that a client can send, and that Spin would run a command for.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    /// With scheme, host, path and query.
    uri: Uri,
    /// What arrives at the server: those that are given, `host`, and `content-length` where there is a body.
    headers: HeaderMap,
    body: GuestBytes,
    route: Route,
    matched: Match,
    client: SocketAddr,
    argv: String,
}

/// The parts of a request, each checked by itself.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: GuestBytes,
    pub(crate) route: Route,
    pub(crate) client: SocketAddr,
    pub(crate) argv: String,
}

/// What begins with this Spin answers itself.
const WELL_KNOWN: &str = "/.well-known/spin/";

impl Request {
    /// A request of its parts.
    ///
    /// # Errors
    /// Why no client sends that, or why Spin would not run a command for it.
    pub(crate) fn of(parts: Parts) -> Result<Self, String> {
        let Parts { method, uri, mut headers, body, route, client, argv } = parts;
        let path = uri.path();
        if path.starts_with(WELL_KNOWN) {
            return Err(format!("what is below `{WELL_KNOWN}` Spin answers itself, and runs nothing; ask another path"));
        }
        if path.contains("//") {
            return Err(format!("versions of Spin's router disagree about `//`, as in `{path}`; write one slash"));
        }
        let matched = route.matches(path).ok_or_else(|| {
            format!(
                "the route `{}` does not match the path `{path}`, so Spin answers 404 and runs nothing; make one fit the other",
                route.raw()
            )
        })?;
        if headers.get_all(HOST).iter().count() > 1 {
            return Err("a request has one `host`".to_owned());
        }
        if let Some(host) = headers.get(HOST) {
            // Spin drops the connection where it is none.
            host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()).ok_or_else(|| format!("{host:?} is not a host"))?;
        } else if let Some(host) = uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok()) {
            headers.insert(HOST, host);
        }
        let length = body.0.len();
        match headers.get(CONTENT_LENGTH) {
            Some(said) if said.as_bytes() != length.to_string().as_bytes() => {
                return Err(format!(
                    "`content-length` is {said:?}, and the body has {length} bytes; leave the header out, it is sent all the same"
                ));
            }
            None if length > 0 && !headers.contains_key(TRANSFER_ENCODING) => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
            _ => {}
        }
        Ok(Self { method, uri, headers, body, route, matched, client, argv })
    }

    /// The method and the address, for people.
    pub fn in_words(&self) -> String {
        format!("{} {}", self.method, self.uri)
    }

    /// The command's arguments. Without a query the last one is empty, since a template is split at every space.
    pub fn args(&self) -> Vec<String> {
        let query = self.uri.query().unwrap_or_default().replace('&', " ");
        let argv = self.argv.replace("${SCRIPT_NAME}", self.uri.path()).replace("${ARGS}", &query);
        argv.split(' ').map(str::to_owned).collect()
    }

    /// What the command's standard input yields.
    pub fn stdin(&self) -> &GuestBytes {
        &self.body
    }

    /// The command's environment, by name.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let text = |name: &str| self.headers.get(name).map(|value| value.to_str());
        let path_and_query = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let host = text("host").and_then(Result::ok).unwrap_or("localhost");
        let (server, port) = server(host);
        let trailing = &self.matched.trailing;
        let ip = self.client.ip().to_string();
        let translated = percent_decode_str(trailing).decode_utf8_lossy();
        let mut variables: BTreeMap<String, String> = [
            ("AUTH_TYPE", ""),
            ("CONTENT_LENGTH", &self.body.0.len().to_string()),
            // Spin's: it looks for a header of the variable's name, `content_type`, so for what every client sends this stays empty.
            ("CONTENT_TYPE", text("content_type").and_then(Result::ok).unwrap_or_default()),
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("PATH_INFO", trailing),
            ("PATH_TRANSLATED", &translated),
            ("QUERY_STRING", self.uri.query().unwrap_or_default()),
            ("REMOTE_ADDR", &ip),
            ("REMOTE_HOST", &ip),
            ("REMOTE_USER", ""),
            ("REQUEST_METHOD", self.method.as_str()),
            ("SCRIPT_NAME", self.route.based_prefix()),
            ("SERVER_NAME", &server),
            ("SERVER_PORT", &port),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
            ("SERVER_SOFTWARE", "WAGI/1"),
            ("X_BASE_PATH", "/"),
            ("X_CLIENT_ADDR", &self.client.to_string()),
            ("X_COMPONENT_ROUTE", self.route.raw_prefix()),
            ("X_FULL_URL", &format!("{}://{host}{path_and_query}", self.uri.scheme_str().unwrap_or("http"))),
            ("X_MATCHED_ROUTE", self.route.based()),
            ("X_RAW_COMPONENT_ROUTE", self.route.raw()),
            ("X_RAW_PATH_INFO", trailing),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        for (name, value) in &self.headers {
            let name = format!("HTTP_{}", name.as_str().to_uppercase().replace('-', "_"));
            // RFC 3875, 4.1.18: what is about the connection or tells who somebody is stays with the server.
            if name != "HTTP_AUTHORIZATION" && name != "HTTP_CONNECTION" {
                // Of several headers of one name the last stays; a value that is not ASCII is told like this. Both are Spin's.
                variables.insert(name, value.to_str().unwrap_or("CORRUPT VALUE").to_owned());
            }
        }
        for (name, value) in &self.matched.named {
            variables.insert(format!("X_PATH_MATCH_{}", name.to_ascii_uppercase()), value.clone());
        }
        variables
    }
}

/// The server's name and port in a `host`. Spin's: it is cut at its first colon, so an IPv6 address is cut too, and without a port it is 80,
/// under `https` as well.
fn server(host: &str) -> (String, String) {
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    // `default_host` is what Spin says, literally, where a host has no name.
    let or = |text: &str, or: &str| if text.is_empty() { or.to_owned() } else { text.to_owned() };
    (or(name, "default_host"), or(port, "80"))
}

#[cfg(test)]
mod tests {
    use super::{
        super::written::{ARGV, CLIENT, argv, header, method, url},
        *,
    };

    const ROUTE: &str = "/...";

    /// A request for an address, with headers and a body, for a route.
    fn request(address: &str, headers: &[(&str, &str)], body: &[u8], route: &str) -> Result<Request, String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let (name, value) = header(name, value)?;
            map.append(name, value);
        }
        Request::of(Parts {
            method: Method::GET,
            uri: url(address)?,
            headers: map,
            body: GuestBytes(body.to_vec()),
            route: Route::parse(route)?,
            client: CLIENT,
            argv: ARGV.to_owned(),
        })
    }

    #[track_caller]
    fn variable(address: &str, headers: &[(&str, &str)], route: &str, name: &str, value: Option<&str>) {
        let environment = request(address, headers, b"", route).expect("a request").environment();
        assert_eq!(environment.get(name).map(String::as_str), value, "{address} {name}");
    }

    #[track_caller]
    fn arguments(address: &str, argv: &str, expected: &[&str]) {
        let request = Request { argv: argv.to_owned(), ..request(address, &[], b"", ROUTE).expect("a request") };
        assert_eq!(request.args(), expected, "{address} {argv}");
    }

    #[test]
    fn arguments_are_the_path_and_the_query() {
        arguments("http://h/a/b?x=1&y=2&z", ARGV, &["/a/b", "x=1", "y=2", "z"]);
        arguments("http://h/a%20b?x=%26", ARGV, &["/a%20b", "x=%26"]);
        arguments("http://h/a", ARGV, &["/a", ""]);
        arguments("http://h/a?", ARGV, &["/a", ""]);
        arguments("http://h", ARGV, &["/", ""]);
        arguments("http://h/a?x&&y", ARGV, &["/a", "x", "", "y"]);
        arguments("http://h/a?x=1&y", "php -f ${SCRIPT_NAME}", &["php", "-f", "/a"]);
        arguments("http://h/a?x=1&y", "one ${ARGS} two", &["one", "x=1", "y", "two"]);
        arguments("http://h/a?x", "", &[""]);
    }

    #[test]
    fn the_environment_is_all_of_this() {
        let request = request("http://localhost:3000/base/a%20b/?x=1", &[("Accept", "*/*")], b"body", "/base/...").expect("a request");
        let environment: Vec<String> = request.environment().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let expected = "AUTH_TYPE=
CONTENT_LENGTH=4
CONTENT_TYPE=
GATEWAY_INTERFACE=CGI/1.1
HTTP_ACCEPT=*/*
HTTP_CONTENT_LENGTH=4
HTTP_HOST=localhost:3000
PATH_INFO=/a%20b/
PATH_TRANSLATED=/a b/
QUERY_STRING=x=1
REMOTE_ADDR=127.0.0.1
REMOTE_HOST=127.0.0.1
REMOTE_USER=
REQUEST_METHOD=GET
SCRIPT_NAME=/base
SERVER_NAME=localhost
SERVER_PORT=3000
SERVER_PROTOCOL=HTTP/1.1
SERVER_SOFTWARE=WAGI/1
X_BASE_PATH=/
X_CLIENT_ADDR=127.0.0.1:49152
X_COMPONENT_ROUTE=/base
X_FULL_URL=http://localhost:3000/base/a%20b/?x=1
X_MATCHED_ROUTE=/base/...
X_RAW_COMPONENT_ROUTE=/base/...
X_RAW_PATH_INFO=/a%20b/";
        assert_eq!(environment.join("\n"), expected);
    }

    #[test]
    fn headers_become_variables() {
        let headers = [
            ("X-Thing", "one"),
            ("x-thing", "two"),
            ("Authorization", "Basic c2VjcmV0"),
            ("Connection", "close"),
            ("Content-Type", "text/plain"),
            ("X-Name", "Müller"),
            ("X-Dot.ted", " spaces around "),
        ];
        for (name, value) in [
            ("HTTP_X_THING", Some("two")),
            ("HTTP_AUTHORIZATION", None),
            ("HTTP_CONNECTION", None),
            ("HTTP_CONTENT_TYPE", Some("text/plain")),
            ("CONTENT_TYPE", Some("")),
            ("HTTP_X_NAME", Some("CORRUPT VALUE")),
            ("HTTP_X_DOT.TED", Some("spaces around")),
            ("HTTP_CONTENT_LENGTH", None),
        ] {
            variable("http://h/", &headers, ROUTE, name, value);
        }
        variable("http://h/", &[("Content_Type", "text/odd")], ROUTE, "CONTENT_TYPE", Some("text/odd"));
    }

    #[test]
    fn the_host_decides_who_the_server_is() {
        for (address, headers, server, port, full) in [
            ("http://h/x", &[][..], "h", "80", "http://h/x"),
            ("https://h/x", &[], "h", "80", "https://h/x"),
            ("https://h:443/x", &[], "h", "443", "https://h:443/x"),
            ("http://h/x", &[("Host", "other:8080")], "other", "8080", "http://other:8080/x"),
            ("http://[::1]:3000/", &[], "[", ":1]:3000", "http://[::1]:3000/"),
        ] {
            variable(address, headers, ROUTE, "SERVER_NAME", Some(server));
            variable(address, headers, ROUTE, "SERVER_PORT", Some(port));
            variable(address, headers, ROUTE, "X_FULL_URL", Some(full));
        }
    }

    #[test]
    fn the_route_decides_what_the_script_is() {
        for (address, route, script, info, matched) in [
            ("http://h/index.php", "/...", "", "/index.php", "/..."),
            ("http://h/php/index.php", "/php/...", "/php", "/index.php", "/php/..."),
            ("http://h/php", "/php", "/php", "", "/php"),
            ("http://h/", "/", "", "", ""),
        ] {
            variable(address, &[], route, "SCRIPT_NAME", Some(script));
            variable(address, &[], route, "PATH_INFO", Some(info));
            variable(address, &[], route, "PATH_TRANSLATED", Some(info));
            variable(address, &[], route, "X_MATCHED_ROUTE", Some(matched));
        }
        variable("http://h/u/42/x", &[], "/u/:user_id/...", "X_PATH_MATCH_USER_ID", Some("42"));
        variable("http://h/a%ffb", &[], ROUTE, "PATH_TRANSLATED", Some("/a\u{fffd}b"));
    }

    #[test]
    fn the_body_is_the_standard_input_whatever_is_in_it() {
        let body: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
        let request = request("http://h/", &[], &body, ROUTE).expect("a request");
        assert_eq!(request.stdin().0, body);
        assert_eq!(request.environment().get("CONTENT_LENGTH").map(String::as_str), Some("1000000"));
    }

    #[test]
    fn what_no_client_sends_is_refused() {
        for (address, headers, route, said) in [
            ("localhost/x", &[][..], "/...", "begins with `http://`"),
            ("/x", &[], "/...", "begins with `http://`"),
            ("ftp://h/x", &[], "/...", "begins with `http://`"),
            ("http://h/ü", &[], "/...", "percent-encodes"),
            ("http://h/a b", &[], "/...", "not an address"),
            ("http://h/\0", &[], "/...", "not an address"),
            ("http://h/#top", &[], "/...", "leave it out"),
            ("http://me@h/", &[], "/...", "user's name"),
            ("http://h?x", &[], "/...", "begins with `/`"),
            ("http://h:99999/", &[], "/...", "not an address"),
            ("http://h/x", &[], "/y", "answers 404"),
            ("http://h/a//b", &[], "/...", "one slash"),
            ("http://h/.well-known/spin/health", &[], "/...", "answers itself"),
            ("http://h/x", &[("X-Nul", "a\0b")], "/...", "no control characters"),
            ("http://h/x", &[("X-Line", "a\nb")], "/...", "no control characters"),
            ("http://h/x", &[("X Space", "a")], "/...", "not the name of a header"),
            ("http://h/x", &[("", "a")], "/...", "not the name of a header"),
            ("http://h/x", &[("Host", "a"), ("Host", "b")], "/...", "one `host`"),
            ("http://h/x", &[("Host", "a b")], "/...", "not a host"),
            ("http://h/x", &[("Content-Length", "7")], "/...", "the body has 0 bytes"),
        ] {
            let error = request(address, headers, b"", route).expect_err(address);
            assert!(error.contains(said), "{address}: {error}");
        }
        assert!(method("GET IT").is_err() && method("").is_err() && method("PURGE").is_ok());
        assert!(argv("a\0b").is_err());
    }
}
